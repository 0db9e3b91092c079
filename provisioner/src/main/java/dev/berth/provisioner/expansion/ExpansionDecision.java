package dev.berth.provisioner.expansion;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.csi.Capabilities;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.csi.VolumeCapabilities;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;

/** What comes next for a claim that may want to grow. Pure: the same sight gives the same step. */
final class ExpansionDecision {
  private final String driver;
  private final Capabilities capabilities;

  ExpansionDecision(String driver, Capabilities capabilities) {
    this.driver = driver;
    this.capabilities = capabilities;
  }

  Step decide(Seen seen) {
    Claim claim = seen.claim();
    boolean ours = seen.volume().filter(v -> v.isOf(claim) && v.belongsTo(driver)).isPresent();
    if (!ours || !claim.phase().equals("Bound")) {
      return new Step.Nothing();
    }
    if (claim.requested().compareTo(claim.capacity()) <= 0) {
      return satisfied(claim);
    }
    if (ResizeStatus.onNode(claim)
        && ResizeStatus.allocated(claim).compareTo(claim.requested()) >= 0) {
      return new Step.Nothing(); // the volume manager grows the filesystem and finishes the status
    }
    if (seen.klass().filter(Klass::allowsExpansion).isEmpty()) {
      return refuse(
          claim,
          "StorageClass "
              + claim.className().orElse("(none)")
              + ": allowVolumeExpansion is not true; set it there and the claim grows");
    }
    return begin(seen, seen.volume().get());
  }

  /** The user took the wish back, or has what was wished for. */
  private static Step satisfied(Claim claim) {
    boolean leftover =
        !ResizeStatus.onNode(claim)
            && (!ResizeStatus.of(claim).isEmpty() || ResizeStatus.anyCondition(claim));
    return leftover ? new Step.WriteStatus(ResizeStatus.cleared(claim)) : new Step.Nothing();
  }

  private Step begin(Seen seen, Volume volume) {
    Claim claim = seen.claim();
    if (!capabilities.controllerExpand() && !capabilities.nodeExpand()) {
      return refuse(claim, "driver " + driver + " does not expand volumes");
    }
    boolean begun =
        ResizeStatus.of(claim).equals(ResizeStatus.CONTROLLER_IN_PROGRESS)
            && ResizeStatus.allocated(claim).equals(claim.requested());
    if (!begun) {
      return new Step.WriteStatus(ResizeStatus.begun(claim, seen.now()));
    }
    if (!capabilities.controllerExpand()) {
      return new Step.ExpandOnNode(volume);
    }
    try {
      return new Step.Expand(volume, request(claim, volume));
    } catch (InvalidRequestException e) {
      return refuse(claim, e.why());
    }
  }

  private ControllerExpandVolumeRequest request(Claim claim, Volume volume) {
    return ControllerExpandVolumeRequest.newBuilder()
        .setVolumeId(volume.csi().map(CSIPersistentVolumeSource::getVolumeHandle).orElseThrow())
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(claim.requested().value()))
        .setVolumeCapability(VolumeCapabilities.of(volume.raw(), capabilities))
        .build();
  }

  private static Step refuse(Claim claim, String why) {
    return new Step.Tell(Notice.warning(claim.raw(), "VolumeResizeFailed", why));
  }
}
