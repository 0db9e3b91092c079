package dev.berth.provisioner.claim;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;

/** Whose turn it is: the annotation by which a claim asks a provisioner for its volume. */
final class Provisioner {
  private Provisioner() {}

  static boolean isAsked(Claim claim, Klass klass) {
    return claim
        .annotation(Names.STORAGE_PROVISIONER)
        .filter(klass.provisioner()::equals)
        .isPresent();
  }

  static Step.WriteClaim ask(Claim claim, Klass klass) {
    return new Step.WriteClaim(annotated(claim, klass));
  }

  /** Asks ourselves, and takes the claim into custody in the same write. */
  static Step.WriteClaim askOurselves(Claim claim, Klass klass) {
    PersistentVolumeClaim asked = annotated(claim, klass);
    if (claim.hasFinalizer(Names.CREATING_FINALIZER)) {
      return new Step.WriteClaim(asked);
    }
    return new Step.WriteClaim(
        new PersistentVolumeClaimBuilder(asked)
            .editMetadata()
            .addToFinalizers(Names.CREATING_FINALIZER)
            .endMetadata()
            .build());
  }

  /** A failure as external-provisioner words it. */
  static String failure(String className, String why) {
    return "failed to provision volume with StorageClass \"" + className + "\": " + why;
  }

  private static PersistentVolumeClaim annotated(Claim claim, Klass klass) {
    return new PersistentVolumeClaimBuilder(claim.raw())
        .editMetadata()
        .addToAnnotations(Names.STORAGE_PROVISIONER, klass.provisioner())
        .addToAnnotations(Names.BETA_STORAGE_PROVISIONER, klass.provisioner())
        .endMetadata()
        .build();
  }
}
