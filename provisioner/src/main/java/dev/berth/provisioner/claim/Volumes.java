package dev.berth.provisioner.claim;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.binding.Reference;
import dev.berth.provisioner.csi.ClassParameters;
import dev.berth.provisioner.csi.SecretUse;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSourceBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The PV of a volume that the driver has made, field by field as external-provisioner writes it.
 */
final class Volumes {
  private final Home home;

  Volumes(Home home) {
    this.home = home;
  }

  PersistentVolume of(
      Claim claim, Klass klass, CreateVolumeRequest request, dev.berth.csi.v1.Volume made) {
    Bytes size =
        made.getCapacityBytes() == 0 ? claim.requested() : new Bytes(made.getCapacityBytes());
    Function<SecretUse, Optional<SecretReference>> secrets =
        use -> ClassParameters.of(klass.parameters()).secret(use, claim.raw(), request.getName());
    PersistentVolumeBuilder builder =
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(request.getName())
            .addToLabels(Names.nodeLabel(home.driver()), home.node())
            .addToAnnotations(annotations(secrets))
            // As the API server's own admission does: a PV is never without it, or a person who
            // deletes it while it is being bound leaves a claim that is bound to nothing.
            .addToFinalizers(Names.PROVISIONER_FINALIZER, Names.VOLUME_PROTECTION)
            .endMetadata()
            .withNewSpec()
            .withCapacity(Map.of("storage", size.toQuantity()))
            .withAccessModes(claim.accessModes())
            .withVolumeMode(claim.volumeMode())
            .withPersistentVolumeReclaimPolicy(klass.reclaimPolicy())
            .withStorageClassName(klass.name())
            .withMountOptions(klass.mountOptions())
            .withVolumeAttributesClassName(claim.attributesClass().orElse(null))
            .withClaimRef(Reference.to(claim))
            .withCsi(source(request, made, secrets))
            .endSpec();
    if (!made.getAccessibleTopologyList().isEmpty()) {
      builder
          .editSpec()
          .withNewNodeAffinity()
          .withNewRequired()
          .withNodeSelectorTerms(terms(made.getAccessibleTopologyList()))
          .endRequired()
          .endNodeAffinity()
          .endSpec();
    }
    return builder.build();
  }

  /** Those for deletion are always there, so that nobody need guess whether there are secrets. */
  private Map<String, String> annotations(Function<SecretUse, Optional<SecretReference>> secrets) {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(Names.PROVISIONED_BY, home.driver());
    Optional<SecretReference> deletion = secrets.apply(SecretUse.PROVISIONER);
    annotations.put(Names.DELETION_SECRET_NAME, deletion.map(SecretReference::getName).orElse(""));
    annotations.put(
        Names.DELETION_SECRET_NAMESPACE, deletion.map(SecretReference::getNamespace).orElse(""));
    secrets
        .apply(SecretUse.CONTROLLER_MODIFY)
        .ifPresent(
            secret -> {
              annotations.put(Names.MODIFY_SECRET_NAME, secret.getName());
              annotations.put(Names.MODIFY_SECRET_NAMESPACE, secret.getNamespace());
            });
    return annotations;
  }

  private CSIPersistentVolumeSource source(
      CreateVolumeRequest request,
      dev.berth.csi.v1.Volume made,
      Function<SecretUse, Optional<SecretReference>> secrets) {
    Map<String, String> attributes = new TreeMap<>(made.getVolumeContextMap());
    attributes.put(Names.PROVISIONER_IDENTITY, home.identity());
    var capability = request.getVolumeCapabilities(0);
    String fsType = capability.hasMount() ? capability.getMount().getFsType() : "";
    return new CSIPersistentVolumeSourceBuilder()
        .withDriver(home.driver())
        .withVolumeHandle(made.getVolumeId())
        .withFsType(fsType.isEmpty() ? null : fsType)
        .withVolumeAttributes(attributes)
        .withControllerPublishSecretRef(secrets.apply(SecretUse.CONTROLLER_PUBLISH).orElse(null))
        .withNodeStageSecretRef(secrets.apply(SecretUse.NODE_STAGE).orElse(null))
        .withNodePublishSecretRef(secrets.apply(SecretUse.NODE_PUBLISH).orElse(null))
        .withControllerExpandSecretRef(secrets.apply(SecretUse.CONTROLLER_EXPAND).orElse(null))
        .withNodeExpandSecretRef(secrets.apply(SecretUse.NODE_EXPAND).orElse(null))
        .build();
  }

  private static List<NodeSelectorTerm> terms(List<Topology> topologies) {
    return topologies.stream()
        .map(
            topology ->
                new NodeSelectorTermBuilder()
                    .withMatchExpressions(
                        new TreeMap<>(topology.getSegmentsMap())
                            .entrySet().stream().map(Volumes::in).toList())
                    .build())
        .toList();
  }

  private static NodeSelectorRequirement in(Map.Entry<String, String> segment) {
    return new NodeSelectorRequirementBuilder()
        .withKey(segment.getKey())
        .withOperator("In")
        .withValues(segment.getValue())
        .build();
  }
}
