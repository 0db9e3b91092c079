package dev.berth.provisioner.claim;

import dev.berth.provisioner.binding.Reference;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Map;
import java.util.Optional;

/**
 * Binding a claim and a volume in kube-controller-manager's own order: PV, PV status, claim, claim
 * status. Whatever is as it should be is not written again.
 */
final class Binding {
  private Binding() {}

  /** What is to be written next, or nothing when both sides are bound. */
  static Step next(Claim claim, Volume volume) {
    if (!volume.isOf(claim)) {
      return new Step.WriteVolume(Reference.on(volume, claim));
    }
    if (isLeaving(volume)) {
      return new Step.Nothing(); // its end is told, and then there is another
    }
    if (!volume.phase().equals("Bound")) {
      return new Step.WriteVolumeStatus(
          new PersistentVolumeBuilder(volume.raw())
              .editOrNewStatus()
              .withPhase("Bound")
              .withMessage(null)
              .withReason(null)
              .endStatus()
              .build());
    }
    if (claim.volumeName().isEmpty()
        || !claim.bindCompleted()
        || claim.hasFinalizer(Names.CREATING_FINALIZER)) {
      return new Step.WriteClaim(completed(claim, volume));
    }
    return claim.phase().equals("Bound") ? new Step.Nothing() : bound(claim, volume);
  }

  /**
   * A person has deleted it before it was bound, and it does not wait for its volume to be deleted:
   * nothing keeps it any more, and a claim would be bound to nothing.
   */
  private static boolean isLeaving(Volume volume) {
    return volume.deleting()
        && !volume.phase().equals("Bound")
        && !volume.reclaimPolicy().equals("Delete");
  }

  private static io.fabric8.kubernetes.api.model.PersistentVolumeClaim completed(
      Claim claim, Volume volume) {
    PersistentVolumeClaimBuilder builder =
        new PersistentVolumeClaimBuilder(claim.raw())
            .editMetadata()
            .addToAnnotations(Names.BIND_COMPLETED, Names.YES)
            .removeFromFinalizers(Names.CREATING_FINALIZER)
            .endMetadata();
    if (claim.volumeName().isEmpty()) {
      builder
          .editMetadata()
          .addToAnnotations(Names.BOUND_BY_CONTROLLER, Names.YES)
          .endMetadata()
          .editSpec()
          .withVolumeName(volume.name())
          .endSpec();
    }
    return builder.build();
  }

  private static Step bound(Claim claim, Volume volume) {
    return new Step.WriteClaimStatus(
        new PersistentVolumeClaimBuilder(claim.raw())
            .editOrNewStatus()
            .withPhase("Bound")
            .withAccessModes(volume.accessModes())
            .withCapacity(Map.copyOf(volume.raw().getSpec().getCapacity()))
            .withCurrentVolumeAttributesClassName(
                volume.raw().getSpec().getVolumeAttributesClassName())
            .endStatus()
            .build(),
        Optional.empty());
  }
}
