package dev.berth.provisioner.attachment;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.util.List;
import java.util.function.Consumer;

/** Which changes concern which volumes: the populator of both states of the world. */
final class AttachDetachWatches {
  private final Cluster cluster;

  AttachDetachWatches(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Subscription> start(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.VOLUME, change -> enqueue.accept(change.key())),
        cluster.watch(
            Kind.CLAIM,
            change -> new Claim(change.object()).volumeName().map(Key::of).ifPresent(enqueue)),
        cluster.watch(Kind.POD, change -> pod(change, enqueue)),
        cluster.watch(Kind.VOLUME_ATTACHMENT, change -> attachment(change, enqueue)),
        cluster.watch(Kind.NODE, change -> node(change, enqueue)),
        cluster.watch(Kind.CSI_DRIVER, change -> driver(change.key().name(), enqueue)));
  }

  private void pod(Change<Pod> change, Consumer<Key> enqueue) {
    PodView pod = new PodView(change.object());
    if (pod.placed()) {
      volumesOf(pod, enqueue);
    }
  }

  private void volumesOf(PodView pod, Consumer<Key> enqueue) {
    for (Key claim : pod.claims()) {
      cluster
          .list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, claim.toString())
          .forEach(volume -> enqueue.accept(Key.of(volume)));
    }
  }

  private static void attachment(Change<VolumeAttachment> change, Consumer<Key> enqueue) {
    new Attachment(change.object()).volume().map(Key::of).ifPresent(enqueue);
  }

  /** Kubelets write their Node often, and seldom anything that matters here. */
  private void node(Change<Node> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<Node>(Node before, Node after) && same(before, after)) {
      return;
    }
    String name = change.key().name();
    cluster
        .list(Kind.VOLUME_ATTACHMENT, Index.ATTACHMENT_BY_NODE, name)
        .forEach(a -> new Attachment(a).volume().map(Key::of).ifPresent(enqueue));
    if (!(change instanceof Change.Modified<Node>)) {
      cluster
          .list(Kind.POD, Index.POD_BY_NODE, name)
          .forEach(pod -> volumesOf(new PodView(pod), enqueue));
    }
  }

  private static boolean same(Node before, Node after) {
    NodeView one = new NodeView(before);
    NodeView other = new NodeView(after);
    return one.ready() == other.ready()
        && one.outOfService() == other.outOfService()
        && one.volumesInUse().equals(other.volumesInUse())
        && one.volumesAttached().equals(other.volumesAttached());
  }

  private void driver(String name, Consumer<Key> enqueue) {
    cluster.list(Kind.VOLUME).stream()
        .filter(volume -> isOf(volume, name))
        .forEach(volume -> enqueue.accept(Key.of(volume)));
  }

  private static boolean isOf(PersistentVolume volume, String driver) {
    return volume.getSpec().getCsi() != null
        && driver.equals(volume.getSpec().getCsi().getDriver());
  }
}
