package dev.berth.provisioner.attachment;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.NodeView;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The node's side of attaching, as in a kubelet: it says in its Node's status which volumes it
 * uses, before it mounts them and until after it has unmounted them, and mounts what it is told is
 * attached.
 */
public final class NodeAttachments {
  private final Cluster cluster;
  private final String node;
  private final AttachRequired required;

  /** For the node of this name. */
  public NodeAttachments(Cluster cluster, String node, AttachRequired required) {
    this.cluster = cluster;
    this.node = node;
    this.required = required;
  }

  /** How a PV of a CSI driver stands. */
  public Standing of(PersistentVolume volume) {
    CSIPersistentVolumeSource csi = volume.getSpec().getCsi();
    if (!required.by(csi.getDriver())) {
      return new Standing.NotNeeded();
    }
    String unique = AttachmentName.unique(csi);
    Optional<NodeView> here = cluster.get(Kind.NODE, Key.of(node)).map(NodeView::new);
    Optional<Attachment> attachment =
        cluster
            .get(
                Kind.VOLUME_ATTACHMENT,
                Key.of(AttachmentName.of(csi.getVolumeHandle(), csi.getDriver(), node)))
            .map(Attachment::new);
    boolean ready =
        here.filter(n -> n.volumesInUse().contains(unique))
            .filter(n -> n.volumesAttached().contains(unique))
            .isPresent();
    return attachment
        .filter(there -> ready && there.attached() && !there.deleting())
        .<Standing>map(there -> new Standing.Attached(there.publishContext()))
        .orElseGet(() -> waiting(volume.getMetadata().getName(), attachment));
  }

  private Standing waiting(String volume, Optional<Attachment> attachment) {
    return new Standing.Waiting(
        "volume \""
            + volume
            + "\" is not attached to node \""
            + node
            + "\" yet"
            + attachment.flatMap(Attachment::attachError).map(why -> ": " + why).orElse(""));
  }

  /** The name under which the Node lists a volume; empty when its driver attaches nothing. */
  public Optional<String> listed(String driver, String handle) {
    return required.by(driver)
        ? Optional.of(AttachmentName.unique(driver, handle))
        : Optional.empty();
  }

  /**
   * Says which volumes are used here: all that a pod wants and all that may still be mounted.
   * Writes only news.
   *
   * @param listed names from {@link #listed}
   */
  public void use(Set<String> listed) {
    Optional<NodeView> here = cluster.get(Kind.NODE, Key.of(node)).map(NodeView::new);
    List<String> now = List.copyOf(new TreeSet<>(listed));
    if (here.isPresent() && !here.get().volumesInUse().equals(now)) {
      cluster.replaceStatus(
          new NodeBuilder(here.get().raw())
              .editOrNewStatus()
              .withVolumesInUse(now)
              .endStatus()
              .build());
    }
  }
}
