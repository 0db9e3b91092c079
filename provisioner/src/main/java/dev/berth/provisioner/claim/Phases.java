package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Optional;

/** Steps that change nothing but a claim's phase. */
final class Phases {
  private Phases() {}

  static Step claim(Claim claim, String phase) {
    return new Step.WriteClaimStatus(with(claim, phase), Optional.empty());
  }

  static Step claim(Claim claim, String phase, Notice news) {
    return claim.phase().equals(phase)
        ? new Step.Nothing()
        : new Step.WriteClaimStatus(with(claim, phase), Optional.of(news));
  }

  /** The volume of a bound claim is gone. */
  static Step lost(Claim claim) {
    return claim(
        claim,
        "Lost",
        Notice.warning(
            claim.raw(),
            "ClaimLost",
            "Bound claim has lost its PersistentVolume. Data on the volume is lost!"));
  }

  /** A bound claim has been made to forget its volume. */
  static Step lostReference(Claim claim) {
    return claim(
        claim,
        "Lost",
        Notice.warning(
            claim.raw(),
            "ClaimLost",
            "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"));
  }

  private static PersistentVolumeClaim with(Claim claim, String phase) {
    return new PersistentVolumeClaimBuilder(claim.raw())
        .editOrNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }
}
