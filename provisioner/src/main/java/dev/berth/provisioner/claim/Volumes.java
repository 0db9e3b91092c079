package dev.berth.provisioner.claim;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.Topology;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    PersistentVolumeBuilder builder =
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(request.getName())
            .addToLabels(Names.NODE_LABEL, home.node())
            .addToAnnotations(Names.PROVISIONED_BY, home.driver())
            .addToAnnotations(Names.DELETION_SECRET_NAME, "")
            .addToAnnotations(Names.DELETION_SECRET_NAMESPACE, "")
            .addToFinalizers(Names.PROVISIONER_FINALIZER)
            .endMetadata()
            .withNewSpec()
            .withCapacity(Map.of("storage", size.toQuantity()))
            .withAccessModes(claim.accessModes())
            .withVolumeMode(claim.volumeMode())
            .withPersistentVolumeReclaimPolicy(klass.reclaimPolicy())
            .withStorageClassName(klass.name())
            .withMountOptions(klass.mountOptions())
            .withClaimRef(Binding.reference(claim))
            .withCsi(source(request, made))
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

  private CSIPersistentVolumeSource source(
      CreateVolumeRequest request, dev.berth.csi.v1.Volume made) {
    Map<String, String> attributes = new TreeMap<>(made.getVolumeContextMap());
    attributes.put(Names.PROVISIONER_IDENTITY, home.identity());
    var capability = request.getVolumeCapabilities(0);
    String fsType = capability.hasMount() ? capability.getMount().getFsType() : "";
    return new CSIPersistentVolumeSourceBuilder()
        .withDriver(home.driver())
        .withVolumeHandle(made.getVolumeId())
        .withFsType(fsType.isEmpty() ? null : fsType)
        .withVolumeAttributes(attributes)
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
