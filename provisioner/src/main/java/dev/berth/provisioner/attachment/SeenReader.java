package dev.berth.provisioner.attachment;

import dev.berth.provisioner.attachment.Seen.Site;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads, for one volume, the desired and the actual state of the world. */
final class SeenReader {
  private final Cluster cluster;
  private final AttachRequired required;
  private final InstantSource clock;

  SeenReader(Cluster cluster, AttachRequired required, InstantSource clock) {
    this.cluster = cluster;
    this.required = required;
    this.clock = clock;
  }

  /** Empty when nothing is to be attached or detached. */
  Optional<Seen> read(Key key) {
    Optional<Volume> volume =
        cluster.get(Kind.VOLUME, key).map(Volume::new).filter(pv -> pv.csi().isPresent());
    boolean must = volume.flatMap(Volume::csi).filter(c -> required.by(c.getDriver())).isPresent();
    Map<String, Attachment> attachments = attachments(key.name(), volume);
    if (!must && attachments.isEmpty()) {
      return Optional.empty();
    }
    List<PodView> pods = volume.map(this::pods).orElseGet(List::of);
    Set<String> nodes = new TreeSet<>(attachments.keySet());
    pods.forEach(pod -> nodes.add(pod.node().orElseThrow()));
    boolean bound = volume.filter(this::isBound).isPresent();
    List<Site> sites = new ArrayList<>();
    for (String node : nodes) {
      sites.add(site(node, pods, bound, Optional.ofNullable(attachments.get(node))));
    }
    return Optional.of(new Seen(volume, must, sites, clock.instant()));
  }

  private Site site(String name, List<PodView> pods, boolean bound, Optional<Attachment> has) {
    Optional<NodeView> node = cluster.get(Kind.NODE, Key.of(name)).map(NodeView::new);
    List<PodView> here =
        pods.stream().filter(pod -> pod.node().orElseThrow().equals(name)).toList();
    List<PodView> holding = here.stream().filter(pod -> mayRun(pod, node)).toList();
    return new Site(name, node, bound ? holding : List.of(), holding, has);
  }

  /**
   * Whether a pod may still use its volumes. One that is being deleted from a node that a person
   * took out of service never will: kube-controller-manager removes it without asking the kubelet.
   */
  private static boolean mayRun(PodView pod, Optional<NodeView> node) {
    boolean lost = node.filter(n -> n.outOfService() && !n.ready()).isPresent();
    return !pod.terminated() && !(pod.deleting() && lost);
  }

  /** By node. Attachments with names of others' making are others' affair. */
  private Map<String, Attachment> attachments(String name, Optional<Volume> volume) {
    Map<String, Attachment> byNode = new TreeMap<>();
    cluster.list(Kind.VOLUME_ATTACHMENT, Index.ATTACHMENT_BY_VOLUME, name).stream()
        .map(Attachment::new)
        .filter(attachment -> isNamedForIt(attachment, volume))
        .forEach(attachment -> byNode.put(attachment.node(), attachment));
    return byNode;
  }

  private static boolean isNamedForIt(Attachment attachment, Optional<Volume> volume) {
    return volume
        .flatMap(Volume::csi)
        .map(csi -> AttachmentName.isOf(AttachmentName.unique(csi), attachment))
        .orElseGet(() -> AttachmentName.isOne(attachment.name()));
  }

  /** The pods with a node that name the claim of the volume. */
  private List<PodView> pods(Volume volume) {
    return volume.claimKey().stream()
        .flatMap(claim -> cluster.list(Kind.POD, Index.POD_BY_CLAIM, claim.toString()).stream())
        .map(PodView::new)
        .filter(PodView::placed)
        .toList();
  }

  private boolean isBound(Volume volume) {
    return volume
        .claimKey()
        .flatMap(key -> cluster.get(Kind.CLAIM, key))
        .map(Claim::new)
        .filter(volume::isOf)
        .filter(claim -> claim.phase().equals("Bound"))
        .filter(claim -> claim.volumeName().filter(volume.name()::equals).isPresent())
        .isPresent();
  }
}
