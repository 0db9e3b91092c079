package dev.berth.provisioner.volume;

import dev.berth.provisioner.binding.Reference;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.recycle.Contents;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.util.List;
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
      return volume.volumeMode().equals(claim.volumeMode())
          ? new Step.Nothing() // the claim's controller binds them
          : modesDiffer(volume, claim);
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
    return new Step.Write(Reference.off(volume));
  }

  private static Step modesDiffer(Volume volume, Claim claim) {
    return new Step.Tell(
        List.of(
            Notice.warning(
                volume.raw(),
                "VolumeMismatch",
                "Cannot bind PersistentVolume to requested PersistentVolumeClaim \""
                    + claim.key().name()
                    + "\" due to incompatible volumeMode."),
            Notice.warning(
                claim.raw(),
                "VolumeMismatch",
                "Cannot bind PersistentVolume \""
                    + volume.name()
                    + "\" to requested PersistentVolumeClaim \""
                    + claim.key().name()
                    + "\" due to incompatible volumeMode.")));
  }

  private Step released(Volume volume) {
    boolean failed = volume.phase().equals("Failed");
    if (!failed && !volume.phase().equals("Released")) {
      return alone ? new Step.ConfirmReleased() : new Step.Nothing();
    }
    return switch (volume.reclaimPolicy()) {
      case DELETE -> failed ? new Step.Nothing() : gone(volume);
      case "Recycle" -> recycled(volume); // a failed one, too: what was in the way may be gone
      default -> new Step.Nothing(); // Retain; the API knows no fourth
    };
  }

  private Step gone(Volume volume) {
    if (volume.belongsTo(driver)) {
      return delete(volume);
    }
    boolean others =
        volume.csi().isPresent() || volume.annotation(Names.PROVISIONED_BY).isPresent();
    return others
        ? new Step.Nothing() // whoever made it deletes it
        : failed(
            volume,
            "VolumeFailedDelete",
            "error getting deleter volume plugin for volume \""
                + volume.name()
                + "\": no deletable volume plugin matched");
  }

  private static Step recycled(Volume volume) {
    return Contents.of(volume.raw().getSpec())
        .<Step>map(Step.Recycle::new)
        .orElseGet(
            () ->
                failed(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!"));
  }

  private static Step delete(Volume volume) {
    return new Step.Delete(
        volume.csi().map(CSIPersistentVolumeSource::getVolumeHandle).orElseThrow());
  }

  /** Written, and said, unless it is as it was. */
  static Step failed(Volume volume, String reason, String why) {
    boolean known =
        volume.phase().equals("Failed") && why.equals(volume.raw().getStatus().getMessage());
    return known
        ? new Step.Nothing()
        : new Step.WriteStatus(
            new PersistentVolumeBuilder(volume.raw())
                .editOrNewStatus()
                .withPhase("Failed")
                .withMessage(why)
                .endStatus()
                .build(),
            Optional.of(Notice.warning(volume.raw(), reason, why)));
  }

  static Step phase(Volume volume, String phase) {
    if (volume.phase().equals(phase)) {
      return new Step.Nothing();
    }
    return new Step.WriteStatus(
        new PersistentVolumeBuilder(volume.raw())
            .editOrNewStatus()
            .withPhase(phase)
            .withMessage(null)
            .withReason(null)
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
