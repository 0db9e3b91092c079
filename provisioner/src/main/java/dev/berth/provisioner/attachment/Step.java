package dev.berth.provisioner.attachment;

import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What comes next for a volume on one node. */
sealed interface Step {
  /** Create the VolumeAttachment. */
  record Attach(String node, String driver, String handle) implements Step {}

  /** Tell the kubelet, in its Node's status, that the volume is attached, and the pods' users. */
  record ReportAttached(NodeView node, String unique, List<PodView> pods) implements Step {}

  /**
   * Take the volume from what the kubelet is told is attached, unless the Node has changed since:
   * the kubelet may just have said that it uses the volume.
   */
  record ReportDetached(NodeView node, String unique) implements Step {}

  /** Delete the VolumeAttachment: the attacher detaches. */
  record Detach(Attachment attachment, Why why) implements Step {}

  /** Write down since when a node that is not ready has kept a volume that nobody needs. */
  record StartTimer(Attachment attachment, Instant since) implements Step {}

  /** The node is back, or a pod is: forget that time. */
  record StopTimer(Attachment attachment) implements Step {}

  /** Look again then. */
  record Wait(Duration until) implements Step {}

  /** Tell a pod's users, once, why its volume is not attached. */
  record Complain(PodView pod, String message) implements Step {}

  /** Why a volume may be detached. */
  enum Why {
    /** The node does not use it. */
    UNUSED,
    /** The node has not been ready for so long that it is taken for dead. */
    TIMEOUT,
    /** A person says that the node is off. */
    OUT_OF_SERVICE
  }
}
