package dev.berth.provisioner.modification;

import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;

/** What comes next for a claim whose volume may be to be modified. */
sealed interface Step {
  /** It has the attributes that it asks for, or is not ours. */
  record Nothing() implements Step {}

  /** Write the claim's status, and say what happened where that is news. */
  record WriteStatus(PersistentVolumeClaim claim, Optional<Notice> notice) implements Step {}

  /** Call ControllerModifyVolume. */
  record Modify(Volume volume, ControllerModifyVolumeRequest request) implements Step {}
}
