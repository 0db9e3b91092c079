package dev.berth.provisioner.expansion;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimConditionBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of a claim's status that tells how far a resize has come. */
final class ResizeStatus {
  static final String CONTROLLER_IN_PROGRESS = "ControllerResizeInProgress";
  static final String CONTROLLER_INFEASIBLE = "ControllerResizeInfeasible";
  static final String NODE_PENDING = "NodeResizePending";
  static final String RESIZING = "Resizing";
  static final String FILE_SYSTEM_PENDING = "FileSystemResizePending";
  static final String CONTROLLER_ERROR = "ControllerResizeError";

  private static final String STORAGE = "storage";
  private static final Set<String> OF_RESIZE =
      Set.of(RESIZING, FILE_SYSTEM_PENDING, CONTROLLER_ERROR, "NodeResizeError");
  private static final Set<String> ON_NODE =
      Set.of(NODE_PENDING, "NodeResizeInProgress", "NodeResizeInfeasible");

  private ResizeStatus() {}

  /** The word for storage in allocatedResourceStatuses; empty when no resize is under way. */
  static String of(Claim claim) {
    PersistentVolumeClaimStatus status = claim.raw().getStatus();
    Map<String, String> all = status == null ? null : status.getAllocatedResourceStatuses();
    return all == null ? "" : requireNonNullElse(all.get(STORAGE), "");
  }

  /** Whether the controller has done its half. */
  static boolean onNode(Claim claim) {
    return ON_NODE.contains(of(claim));
  }

  /** The size that the last resize was begun for. */
  static Bytes allocated(Claim claim) {
    PersistentVolumeClaimStatus status = claim.raw().getStatus();
    Map<String, Quantity> all = status == null ? null : status.getAllocatedResources();
    Quantity storage = all == null ? null : all.get(STORAGE);
    return storage == null ? new Bytes(0) : Bytes.of(storage);
  }

  /** Whether a condition of resizing is on the claim. */
  static boolean anyCondition(Claim claim) {
    return conditions(claim).stream()
        .anyMatch(condition -> OF_RESIZE.contains(condition.getType()));
  }

  /** The controller begins. */
  static PersistentVolumeClaim begun(Claim claim, Instant now) {
    return with(claim, CONTROLLER_IN_PROGRESS, List.of(condition(RESIZING, "", now)));
  }

  /** The controller failed; the word says whether it may ever succeed. */
  static PersistentVolumeClaim failed(Claim claim, String word, String why, Instant now) {
    return with(
        claim, word, List.of(condition(RESIZING, "", now), condition(CONTROLLER_ERROR, why, now)));
  }

  /** The rest is the node's. */
  static PersistentVolumeClaim pendingOnNode(Claim claim, Instant now) {
    String message =
        "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";
    return with(claim, NODE_PENDING, List.of(condition(FILE_SYSTEM_PENDING, message, now)));
  }

  /** All done. */
  static PersistentVolumeClaim finished(Claim claim, Bytes size) {
    return new PersistentVolumeClaimBuilder(cleared(claim))
        .editStatus()
        .addToCapacity(STORAGE, size.toQuantity())
        .endStatus()
        .build();
  }

  /** No resize is under way. */
  static PersistentVolumeClaim cleared(Claim claim) {
    return new PersistentVolumeClaimBuilder(claim.raw())
        .editStatus()
        .removeFromAllocatedResourceStatuses(STORAGE)
        .withConditions(others(claim))
        .endStatus()
        .build();
  }

  private static PersistentVolumeClaim with(
      Claim claim, String word, List<PersistentVolumeClaimCondition> conditions) {
    return new PersistentVolumeClaimBuilder(claim.raw())
        .editStatus()
        .addToAllocatedResources(STORAGE, claim.requested().toQuantity())
        .addToAllocatedResourceStatuses(STORAGE, word)
        .withConditions(others(claim))
        .addAllToConditions(conditions)
        .endStatus()
        .build();
  }

  private static List<PersistentVolumeClaimCondition> others(Claim claim) {
    return conditions(claim).stream()
        .filter(condition -> !OF_RESIZE.contains(condition.getType()))
        .toList();
  }

  private static List<PersistentVolumeClaimCondition> conditions(Claim claim) {
    PersistentVolumeClaimStatus status = claim.raw().getStatus();
    return status == null ? List.of() : requireNonNullElse(status.getConditions(), List.of());
  }

  private static PersistentVolumeClaimCondition condition(
      String type, String message, Instant now) {
    return new PersistentVolumeClaimConditionBuilder()
        .withType(type)
        .withStatus("True")
        .withMessage(message.isEmpty() ? null : message)
        .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
        .build();
  }
}
