package dev.berth.provisioner.lost;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Tells of PVs that no node looks after, because they lack the label by which nodes watch: a person
 * wrote them, or took the label off. Keys are PVs.
 */
public final class UnlabelledVolumes implements Controller {
  private final Cluster cluster;
  private final String driver;
  private final String label;

  /** A controller for the PVs of one driver. */
  public UnlabelledVolumes(Cluster cluster, String driver) {
    this.cluster = cluster;
    this.driver = driver;
    this.label = Names.nodeLabel(driver);
  }

  @Override
  public String name() {
    return "unlabelled volumes";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(cluster.watch(Kind.VOLUME, change -> enqueue.accept(change.key())));
  }

  @Override
  public Outcome reconcile(Key key) {
    cluster
        .get(Kind.VOLUME, key)
        .filter(volume -> isStuck(new Volume(volume)))
        .flatMap(_ -> cluster.getLive(Kind.VOLUME, key)) // the cache lacks the node affinity
        .filter(volume -> isStuck(new Volume(volume)))
        .ifPresent(this::tell);
    return Outcome.done();
  }

  /** A node would have something to do for it now. */
  private boolean isStuck(Volume volume) {
    boolean released = volume.phase().equals("Released") && volume.reclaimPolicy().equals("Delete");
    boolean leaving =
        volume.deleting()
            && volume.hasFinalizer(Names.PROVISIONER_FINALIZER)
            && !volume.phase().equals("Bound");
    return volume.belongsTo(driver) && volume.label(label).isEmpty() && (released || leaving);
  }

  private void tell(PersistentVolume volume) {
    String name = volume.getMetadata().getName();
    String node = node(volume).orElse("NODE");
    cluster.event(
        Notice.warning(
            volume,
            "VolumeFailedDelete",
            "the volume is not deleted: label "
                + label
                + " is missing, by which the node that has it would find the PersistentVolume;"
                + " kubectl label pv "
                + name
                + " "
                + label
                + "="
                + node
                + " has it deleted there, and persistentVolumeReclaimPolicy Retain keeps it"));
  }

  /** Where its affinity says that it is, if that is one node. */
  private static Optional<String> node(PersistentVolume volume) {
    List<String> nodes =
        Stream.ofNullable(volume.getSpec().getNodeAffinity())
            .flatMap(affinity -> Stream.ofNullable(affinity.getRequired()))
            .flatMap(required -> required.getNodeSelectorTerms().stream())
            .flatMap(term -> Stream.ofNullable(term.getMatchExpressions()).flatMap(List::stream))
            .map(NodeSelectorRequirement::getValues)
            .filter(Objects::nonNull)
            .flatMap(List::stream)
            .distinct()
            .toList();
    return nodes.size() == 1 ? Optional.of(nodes.getFirst()) : Optional.empty();
  }
}
