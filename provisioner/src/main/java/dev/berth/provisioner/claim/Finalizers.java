package dev.berth.provisioner.claim;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;

/** Our finalizer on a claim for which a volume may be being made. */
final class Finalizers {
  private Finalizers() {}

  static Step.WriteClaim release(Claim claim) {
    return new Step.WriteClaim(
        new PersistentVolumeClaimBuilder(claim.raw())
            .editMetadata()
            .removeFromFinalizers(Names.CREATING_FINALIZER)
            .endMetadata()
            .build());
  }
}
