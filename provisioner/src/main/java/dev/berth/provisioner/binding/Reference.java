package dev.berth.provisioner.binding;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;

/** The reference by which a volume names its claim. Pure. */
public final class Reference {
  private Reference() {}

  /** The reference to a claim that is there. */
  public static ObjectReference to(Claim claim) {
    return new ObjectReferenceBuilder()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace(claim.key().namespace())
        .withName(claim.key().name())
        .withUid(claim.uid())
        .withResourceVersion(claim.raw().getMetadata().getResourceVersion())
        .build();
  }

  /** The volume, for this claim and no other. */
  public static PersistentVolume on(Volume volume, Claim claim) {
    PersistentVolumeBuilder builder =
        new PersistentVolumeBuilder(volume.raw()).editSpec().withClaimRef(to(claim)).endSpec();
    if (!volume.names(claim)) { // nobody had reserved it: the one who unbinds must know that
      builder.editMetadata().addToAnnotations(Names.BOUND_BY_CONTROLLER, Names.YES).endMetadata();
    }
    return builder.build();
  }

  /**
   * The volume, for anyone again; if a person had reserved it for a name, for that name: only what
   * the controller wrote is taken back.
   */
  public static PersistentVolume off(Volume volume) {
    PersistentVolumeBuilder free = new PersistentVolumeBuilder(volume.raw());
    if (volume.annotation(Names.BOUND_BY_CONTROLLER).isPresent()) {
      free.editMetadata()
          .removeFromAnnotations(Names.BOUND_BY_CONTROLLER)
          .endMetadata()
          .editSpec()
          .withClaimRef(null)
          .endSpec();
    } else {
      free.editSpec()
          .editClaimRef()
          .withUid(null)
          .withResourceVersion(null)
          .endClaimRef()
          .endSpec();
    }
    return free.build();
  }
}
