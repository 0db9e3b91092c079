package dev.berth.provisioner.claim;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.provisioner.csi.AccessModes;
import dev.berth.provisioner.csi.ClassParameters;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.csi.VolumeCapabilities;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import io.fabric8.kubernetes.api.model.TopologySelectorTerm;

/**
 * CreateVolume requests. The same claim and class give the same request, before and after a
 * restart, so that the driver knows its own volume again.
 */
final class Requests {
  private final Home home;

  Requests(Home home) {
    this.home = home;
  }

  /** The name of a claim's PV, and what CreateVolume knows its volume by. */
  static String volumeName(Claim claim) {
    return "pvc-" + claim.uid();
  }

  /**
   * Refuses what a claim asks to be filled or chosen from.
   *
   * @throws InvalidRequestException if it has a selector or a data source
   */
  static void checkSource(Claim claim) {
    var spec = claim.raw().getSpec();
    if (spec.getSelector() != null) {
      throw new InvalidRequestException("claim Selector is not supported");
    }
    if (spec.getDataSource() != null || spec.getDataSourceRef() != null) {
      throw new InvalidRequestException(
          "spec.dataSource: snapshots and clones are not supported yet; remove it from the claim");
    }
  }

  /**
   * The request for a claim's volume.
   *
   * @throws InvalidRequestException if claim or class ask for what CSI cannot say
   */
  CreateVolumeRequest create(Claim claim, Klass klass) {
    ClassParameters parameters = ClassParameters.of(klass.parameters());
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.newBuilder()
            .setName(volumeName(claim))
            .setCapacityRange(
                CapacityRange.newBuilder().setRequiredBytes(claim.requested().value()))
            .addVolumeCapabilities(
                VolumeCapabilities.of(
                    AccessModes.of(
                        claim.accessModes(), home.capabilities().singleNodeMultiWriter()),
                    claim.volumeMode(),
                    parameters.fsType(),
                    klass.mountOptions()))
            .putAllParameters(parameters.forDriver())
            .putParameters(ClassParameters.PREFIX + "pvc/name", claim.key().name())
            .putParameters(ClassParameters.PREFIX + "pvc/namespace", claim.key().namespace())
            .putParameters(ClassParameters.PREFIX + "pv/name", volumeName(claim));
    if (home.capabilities().topology()) {
      home.topology().ifPresent(here -> request.setAccessibilityRequirements(only(here)));
      checkTopologies(klass);
    }
    return request.build();
  }

  private static TopologyRequirement only(Topology here) {
    return TopologyRequirement.newBuilder().addRequisite(here).addPreferred(here).build();
  }

  private void checkTopologies(Klass klass) {
    boolean allowed =
        klass.allowedTopologies().isEmpty()
            || klass.allowedTopologies().stream().anyMatch(this::allows);
    if (!allowed) {
      throw new InvalidRequestException(
          "allowedTopologies of the class: none of its terms matches node "
              + home.node()
              + " ("
              + home.topology().map(here -> here.getSegmentsMap().toString()).orElse("no topology")
              + "); add a term that does");
    }
  }

  private boolean allows(TopologySelectorTerm term) {
    return term.getMatchLabelExpressions().stream()
        .allMatch(
            label ->
                home.topology()
                    .map(here -> here.getSegmentsMap().get(label.getKey()))
                    .filter(label.getValues()::contains)
                    .isPresent());
  }
}
