package dev.berth.provisioner.claim;

import static java.util.Objects.requireNonNull;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.provisioner.csi.AccessModes;
import dev.berth.provisioner.csi.ClassParameters;
import dev.berth.provisioner.csi.CreationParameters;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.csi.VolumeCapabilities;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Volume;
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

  /** Whether this is the PV of the volume that was made for the claim, and for no other. */
  static boolean isMadeFor(Claim claim, Volume volume) {
    return volume.isOf(claim) && volume.name().equals(volumeName(claim));
  }

  /**
   * Refuses what a claim asks to be chosen from.
   *
   * @throws InvalidRequestException if it has a selector
   */
  static void checkSelector(Claim claim) {
    if (claim.raw().getSpec().getSelector() != null) {
      throw new InvalidRequestException("claim Selector is not supported");
    }
  }

  /**
   * Refuses what is served by Berth alone, and not yet beside kube-controller-manager.
   *
   * @throws InvalidRequestException if the claim has a data source that a driver fills from, or
   *     names a VolumeAttributesClass
   */
  static void refuseSources(Claim claim) {
    if (!(DataSource.of(claim) instanceof DataSource.None)) {
      throw new InvalidRequestException(
          "spec.dataSource: snapshots and clones are not supported in clusters yet; remove it from"
              + " the claim");
    }
    claim
        .attributesClass()
        .ifPresent(
            name -> {
              throw new InvalidRequestException(
                  "spec.volumeAttributesClassName "
                      + name
                      + ": not supported in clusters yet; remove it from the claim");
            });
  }

  /**
   * Refuses access modes that no driver can be asked for.
   *
   * @throws InvalidRequestException if CSI has no word for them
   */
  static void checkModes(Claim claim) {
    var _ = AccessModes.of(claim.accessModes(), true);
  }

  /**
   * Refuses secrets that have no name for this claim, before anything is made.
   *
   * @throws InvalidRequestException if class and claim do not give one
   */
  static void checkSecrets(Claim claim, Klass klass) {
    ClassParameters.of(klass.parameters())
        .secrets()
        .values()
        .forEach(template -> requireNonNull(template.of(claim.raw(), volumeName(claim))));
  }

  /**
   * The request for a claim's volume.
   *
   * @throws InvalidRequestException if claim or class ask for what CSI cannot say
   */
  CreateVolumeRequest create(Seen seen, Klass klass) {
    Claim claim = seen.claim();
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
            .putAllMutableParams(Attributes.of(seen, home));
    Filling.source(seen).ifPresent(request::setVolumeContentSource);
    if (home.extraMetadata()) {
      request
          .putParameters(ClassParameters.PREFIX + "pvc/name", claim.key().name())
          .putParameters(ClassParameters.PREFIX + "pvc/namespace", claim.key().namespace())
          .putParameters(ClassParameters.PREFIX + "pv/name", volumeName(claim));
      home.cluster()
          .ifPresent(
              cluster ->
                  request
                      .putParameters(CreationParameters.CLUSTER, cluster)
                      .putParameters(CreationParameters.CLAIM_UID, claim.uid()));
    }
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
