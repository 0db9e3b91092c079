package dev.berth.provisioner.expansion;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;

/** What comes next for a claim that may want to grow. */
sealed interface Step {
  /** It is as large as it asks to be, or it is the node's turn. */
  record Nothing() implements Step {}

  /** It cannot grow until something changes; the person is told. */
  record Tell(Notice notice) implements Step {}

  /** Write the claim's status. */
  record WriteStatus(PersistentVolumeClaim claim) implements Step {}

  /** Call ControllerExpandVolume. */
  record Expand(Volume volume, ControllerExpandVolumeRequest request) implements Step {}

  /** The driver grows volumes on the node alone: only write down the size. */
  record ExpandOnNode(Volume volume) implements Step {}
}
