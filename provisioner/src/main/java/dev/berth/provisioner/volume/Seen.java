package dev.berth.provisioner.volume;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import java.util.Optional;

/**
 * Everything that was read about a PV.
 *
 * @param claim the claim of the name in its claimRef, whatever its uid
 */
record Seen(Volume volume, Optional<Claim> claim) {
  /** The claim that it is really of: the one with the uid of its claimRef. */
  Optional<Claim> owner() {
    return claim.filter(volume::isOf);
  }
}
