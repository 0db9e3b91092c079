package dev.berth.provisioner.volume;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.util.Optional;

/** What comes next for a PV. Pure: the same sight gives the same step. */
final class VolumeDecision {
  private static final String DELETE = "Delete";

  private final String driver;
  private final boolean alone;

  /**
   * Decisions for the volumes of one driver.
   *
   * @param alone whether phases and claimRefs are ours to write; else they are
   *     kube-controller-manager's
   */
  VolumeDecision(String driver, boolean alone) {
    this.driver = driver;
    this.alone = alone;
  }

  Step decide(Seen seen) {
    Volume volume = seen.volume();
    boolean ours = volume.belongsTo(driver);
    boolean kept = volume.hasFinalizer(Names.PROVISIONER_FINALIZER);
    if (ours && kept && !volume.reclaimPolicy().equals(DELETE)) {
      return new Step.Write(withoutFinalizer(volume)); // its volume stays, so the PV may go freely
    }
    if (ours && kept && volume.deleting()) {
      return leaving(seen);
    }
    if (ours
        && !kept
        && !volume.deleting()
        && volume.phase().equals("Bound")
        && volume.reclaimPolicy().equals(DELETE)) {
      return new Step.Write(withFinalizer(volume));
    }
    if (!alone) {
      return reclaimable(seen) ? delete(volume) : new Step.Nothing();
    }
    return volume.deleting() ? unprotect(seen) : present(seen);
  }

  /** Released by kube-controller-manager, and ours to delete. */
  private boolean reclaimable(Seen seen) {
    Volume volume = seen.volume();
    return volume.belongsTo(driver)
        && !volume.deleting()
        && volume.phase().equals("Released")
        && volume.reclaimPolicy().equals(DELETE)
        && !isWanted(seen);
  }

  /** Whether its claim is there and has not taken another volume. */
  private static boolean isWanted(Seen seen) {
    return seen.owner()
        .filter(claim -> claim.volumeName().map(seen.volume().name()::equals).orElse(true))
        .isPresent();
  }

  /** A PV that a person deletes takes its volume along, but not from under its claim. */
  private Step leaving(Seen seen) {
    if (seen.volume().claimUid().isEmpty()) {
      return delete(seen.volume());
    }
    return seen.owner().isPresent() ? new Step.Nothing() : released(seen.volume());
  }

  /** Only the PV goes, its volume stays; what protects it goes with the phase Bound. */
  private static Step unprotect(Seen seen) {
    Volume volume = seen.volume();
    if (isWanted(seen) || !volume.phase().equals("Bound")) {
      return new Step.Nothing();
    }
    return volume.claimUid().isEmpty() ? phase(volume, "Available") : new Step.ConfirmReleased();
  }

  private Step present(Seen seen) {
    Volume volume = seen.volume();
    if (volume.claimUid().isEmpty()) {
      return phase(volume, "Available"); // reserved by name only, or for anyone
    }
    if (seen.owner().isEmpty()) {
      return released(volume);
    }
    Claim claim = seen.owner().get();
    if (claim.volumeName().isEmpty()) {
      return new Step.Nothing(); // the claim's controller binds them
    }
    return claim.volumeName().get().equals(volume.name())
        ? phase(volume, "Bound")
        : misbound(volume);
  }

  /**
   * Its claim took another volume: one made for the claim is of no use, any other is free again.
   */
  private Step misbound(Volume volume) {
    if (volume.annotation(Names.PROVISIONED_BY).isPresent()
        && volume.reclaimPolicy().equals(DELETE)) {
      return released(volume);
    }
    PersistentVolumeBuilder free = new PersistentVolumeBuilder(volume.raw());
    if (volume.annotation(Names.BOUND_BY_CONTROLLER).isPresent()) {
      free.editMetadata()
          .removeFromAnnotations(Names.BOUND_BY_CONTROLLER)
          .endMetadata()
          .editSpec()
          .withClaimRef(null)
          .endSpec();
    } else { // a person reserved it by name, which stays
      free.editSpec()
          .editClaimRef()
          .withUid(null)
          .withResourceVersion(null)
          .endClaimRef()
          .endSpec();
    }
    return new Step.Write(free.build());
  }

  private Step released(Volume volume) {
    if (volume.phase().equals("Failed")) {
      return new Step.Nothing();
    }
    if (!volume.phase().equals("Released")) {
      return alone ? new Step.ConfirmReleased() : new Step.Nothing();
    }
    return switch (volume.reclaimPolicy()) {
      case DELETE -> volume.belongsTo(driver) ? delete(volume) : new Step.Nothing();
      case "Recycle" -> cannotRecycle(volume);
      default -> new Step.Nothing(); // Retain; the API knows no fourth
    };
  }

  private static Step delete(Volume volume) {
    return new Step.Delete(
        volume.csi().map(CSIPersistentVolumeSource::getVolumeHandle).orElseThrow());
  }

  private static Step cannotRecycle(Volume volume) {
    String why = "No recycler plugin found for the volume!";
    return new Step.WriteStatus(
        new PersistentVolumeBuilder(volume.raw())
            .editOrNewStatus()
            .withPhase("Failed")
            .withMessage(why)
            .endStatus()
            .build(),
        Optional.of(Notice.warning(volume.raw(), "VolumeFailedRecycle", why)));
  }

  static Step phase(Volume volume, String phase) {
    if (volume.phase().equals(phase)) {
      return new Step.Nothing();
    }
    return new Step.WriteStatus(
        new PersistentVolumeBuilder(volume.raw())
            .editOrNewStatus()
            .withPhase(phase)
            .endStatus()
            .build(),
        Optional.empty());
  }

  static io.fabric8.kubernetes.api.model.PersistentVolume withoutFinalizer(Volume volume) {
    return new PersistentVolumeBuilder(volume.raw())
        .editMetadata()
        .removeFromFinalizers(Names.PROVISIONER_FINALIZER)
        .endMetadata()
        .build();
  }

  private static io.fabric8.kubernetes.api.model.PersistentVolume withFinalizer(Volume volume) {
    return new PersistentVolumeBuilder(volume.raw())
        .editMetadata()
        .addToFinalizers(Names.PROVISIONER_FINALIZER)
        .endMetadata()
        .build();
  }
}
