package dev.berth.provisioner.modification;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.csi.Capabilities;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.util.Map;
import java.util.Optional;

/** What comes next for a claim whose attributes may be to change. Pure. */
final class ModificationDecision {
  private static final String FAILED = "VolumeModifyFailed";

  private final String driver;
  private final Capabilities capabilities;

  ModificationDecision(String driver, Capabilities capabilities) {
    this.driver = driver;
    this.capabilities = capabilities;
  }

  Step decide(Seen seen) {
    Claim claim = seen.claim();
    boolean ours = seen.volume().filter(v -> v.isOf(claim) && v.belongsTo(driver)).isPresent();
    if (!ours || !claim.phase().equals("Bound") || claim.deleting()) {
      return new Step.Nothing();
    }
    String wanted = claim.attributesClass().orElse("");
    String current = ModifyStatus.current(claim);
    if (wanted.equals(current)) {
      return back(seen, current);
    }
    return wanted.isEmpty()
        ? new Step.Nothing() // what it has stays; there is nothing to set instead
        : change(seen, wanted);
  }

  /** It has what it asks for; a change that is taken back may have been made. */
  private Step back(Seen seen, String current) {
    Claim claim = seen.claim();
    boolean unsure =
        ModifyStatus.of(claim).equals(ModifyStatus.IN_PROGRESS)
            && !ModifyStatus.target(claim).equals(current);
    if (unsure && !current.isEmpty()) {
      return change(seen, current);
    }
    return ModifyStatus.of(claim).isEmpty()
        ? new Step.Nothing()
        : new Step.WriteStatus(
            ModifyStatus.finished(claim, current),
            Optional.of(
                Notice.normal(
                    claim.raw(),
                    "VolumeModifyCanceled",
                    "volume modification to class "
                        + ModifyStatus.target(claim)
                        + " canceled: the claim names what it has")));
  }

  private Step change(Seen seen, String wanted) {
    Claim claim = seen.claim();
    Optional<String> problem = problem(seen, wanted);
    if (problem.isPresent()) {
      return waits(claim, wanted, problem.get());
    }
    boolean begun =
        ModifyStatus.target(claim).equals(wanted)
            && !ModifyStatus.of(claim).equals(ModifyStatus.PENDING);
    if (!begun) {
      return new Step.WriteStatus(
          ModifyStatus.begun(claim, wanted, seen.now()),
          Optional.of(
              Notice.normal(
                  claim.raw(),
                  "VolumeModify",
                  "external resizer is modifying volume "
                      + claim.volumeName().orElse("")
                      + " with vac "
                      + wanted)));
    }
    Volume volume = seen.volume().orElseThrow();
    return new Step.Modify(volume, request(volume, seen.wanted().orElseThrow()));
  }

  private Optional<String> problem(Seen seen, String wanted) {
    if (!capabilities.modify()) {
      return Optional.of("driver " + driver + " modifies no volumes");
    }
    if (seen.wanted().isEmpty()) {
      return Optional.of("VolumeAttributesClass \"" + wanted + "\" not found; apply it");
    }
    String of = requireNonNullElse(seen.wanted().get().getDriverName(), "");
    return of.equals(driver)
        ? Optional.empty()
        : Optional.of(
            "VolumeAttributesClass \""
                + wanted
                + "\" is of driver "
                + of
                + ", and the volume is of "
                + driver);
  }

  private static Step waits(Claim claim, String wanted, String why) {
    Notice notice = Notice.warning(claim.raw(), FAILED, why);
    boolean said =
        ModifyStatus.of(claim).equals(ModifyStatus.PENDING)
            && ModifyStatus.target(claim).equals(wanted);
    return said
        ? new Step.Nothing()
        : new Step.WriteStatus(ModifyStatus.pending(claim, wanted), Optional.of(notice));
  }

  private static ControllerModifyVolumeRequest request(Volume volume, VolumeAttributesClass klass) {
    return ControllerModifyVolumeRequest.newBuilder()
        .setVolumeId(volume.csi().map(CSIPersistentVolumeSource::getVolumeHandle).orElseThrow())
        .putAllMutableParameters(requireNonNullElse(klass.getParameters(), Map.of()))
        .build();
  }
}
