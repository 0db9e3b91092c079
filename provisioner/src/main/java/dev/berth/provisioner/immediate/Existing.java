package dev.berth.provisioner.immediate;

import dev.berth.provisioner.binding.Match;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;

/** Whether kube-controller-manager would bind a claim to a volume that is there. Pure. */
final class Existing {
  private Existing() {}

  /** Reserved for the claim, or free and such that it would do; its size decides which is taken. */
  static boolean satisfies(Volume volume, Claim claim) {
    if (volume.deleting()) {
      return false;
    }
    boolean reserved = volume.claimKey().isPresent();
    return reserved ? volume.names(claim) : !claimed(volume) && Match.wouldDo(volume, claim);
  }

  private static boolean claimed(Volume volume) {
    return volume.phase().equals("Released") || volume.phase().equals("Failed");
  }
}
