package dev.berth.provisioner.modification;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.object.Claim;
import io.fabric8.kubernetes.api.model.ModifyVolumeStatusBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The part of a claim's status that tells how far a modification has come. */
final class ModifyStatus {
  static final String PENDING = "Pending";
  static final String IN_PROGRESS = "InProgress";
  static final String INFEASIBLE = "Infeasible";

  private static final String MODIFYING = "ModifyingVolume";
  private static final String ERROR = "ModifyVolumeError";
  private static final Set<String> OURS = Set.of(MODIFYING, ERROR);

  private ModifyStatus() {}

  /** How far it is; empty when none is under way. */
  static String of(Claim claim) {
    var status = claim.raw().getStatus();
    return status == null || status.getModifyVolumeStatus() == null
        ? ""
        : requireNonNullElse(status.getModifyVolumeStatus().getStatus(), "");
  }

  /** The class that the last modification was begun for. */
  static String target(Claim claim) {
    var status = claim.raw().getStatus();
    return status == null || status.getModifyVolumeStatus() == null
        ? ""
        : requireNonNullElse(
            status.getModifyVolumeStatus().getTargetVolumeAttributesClassName(), "");
  }

  /** The class whose attributes the volume has. */
  static String current(Claim claim) {
    var status = claim.raw().getStatus();
    return status == null
        ? ""
        : requireNonNullElse(status.getCurrentVolumeAttributesClassName(), "");
  }

  /** It waits for its class. */
  static PersistentVolumeClaim pending(Claim claim, String target) {
    return with(claim, PENDING, target, List.of());
  }

  /** It is about to be done. */
  static PersistentVolumeClaim begun(Claim claim, String target, Instant now) {
    return with(
        claim,
        IN_PROGRESS,
        target,
        List.of(condition(MODIFYING, "", "ModifyVolume operation in progress.", now)));
  }

  /** It was refused; the word says whether it may ever be done. */
  static PersistentVolumeClaim failed(
      Claim claim, String word, String reason, String why, Instant now) {
    return with(claim, word, target(claim), List.of(condition(ERROR, reason, why, now)));
  }

  /** Done, or given up: the volume has the attributes of this class. */
  static PersistentVolumeClaim finished(Claim claim, String current) {
    return new PersistentVolumeClaimBuilder(claim.raw())
        .editOrNewStatus()
        .withModifyVolumeStatus(null)
        .withCurrentVolumeAttributesClassName(current.isEmpty() ? null : current)
        .withConditions(others(claim))
        .endStatus()
        .build();
  }

  private static PersistentVolumeClaim with(
      Claim claim, String word, String target, List<PersistentVolumeClaimCondition> conditions) {
    return new PersistentVolumeClaimBuilder(claim.raw())
        .editOrNewStatus()
        .withModifyVolumeStatus(
            new ModifyVolumeStatusBuilder()
                .withStatus(word)
                .withTargetVolumeAttributesClassName(target)
                .build())
        .withConditions(Stream.concat(others(claim).stream(), conditions.stream()).toList())
        .endStatus()
        .build();
  }

  private static List<PersistentVolumeClaimCondition> others(Claim claim) {
    var status = claim.raw().getStatus();
    return status == null || status.getConditions() == null
        ? List.of()
        : status.getConditions().stream().filter(c -> !OURS.contains(c.getType())).toList();
  }

  private static PersistentVolumeClaimCondition condition(
      String type, String reason, String message, Instant now) {
    return new PersistentVolumeClaimConditionBuilder()
        .withType(type)
        .withStatus("True")
        .withReason(reason.isEmpty() ? null : reason)
        .withMessage(message)
        .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
        .build();
  }
}
