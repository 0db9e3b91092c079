package dev.berth.provisioner.metrics;

import java.util.List;

/** A metric of the volume controller; names, labels and units are external-provisioner's. */
public enum Meter {
  PROVISION_TOTAL(
      Type.COUNTER,
      "controller_persistentvolumeclaim_provision_total",
      "Claims whose volume was made and has its PV",
      "class",
      "source"),
  PROVISION_FAILED_TOTAL(
      Type.COUNTER,
      "controller_persistentvolumeclaim_provision_failed_total",
      "Tries to make a claim's volume that failed",
      "class",
      "source"),
  PROVISION_SECONDS(
      Type.HISTOGRAM,
      "controller_persistentvolumeclaim_provision_duration_seconds",
      "From the call that makes a claim's volume to its PV",
      "class",
      "source"),
  BIND_TOTAL(
      Type.COUNTER, "berth_claims_bound_total", "Claims that this program itself wrote Bound"),
  DELETE_TOTAL(
      Type.COUNTER,
      "controller_persistentvolume_delete_total",
      "Volumes that were deleted together with their PV",
      "class"),
  DELETE_FAILED_TOTAL(
      Type.COUNTER,
      "controller_persistentvolume_delete_failed_total",
      "Tries to delete a volume that failed",
      "class"),
  DELETE_SECONDS(
      Type.HISTOGRAM,
      "controller_persistentvolume_delete_duration_seconds",
      "From the call that deletes a volume to the end of its PV",
      "class"),
  CAPACITIES_GOAL(
      Type.GAUGE,
      "csistoragecapacities_desired_goal",
      "CSIStorageCapacity objects that this node should have"),
  CAPACITIES_CURRENT(
      Type.GAUGE,
      "csistoragecapacities_desired_current",
      "CSIStorageCapacity objects that this node should have and has"),
  CAPACITIES_OBSOLETE(
      Type.GAUGE,
      "csistoragecapacities_obsolete",
      "CSIStorageCapacity objects of this node that nobody needs any more"),
  CSI_SECONDS(
      Type.HISTOGRAM,
      "csi_sidecar_operations_seconds",
      "CSI calls of the volume controller",
      "driver_name",
      "method_name",
      "grpc_status_code",
      "migrated"),
  FORCED_DETACHES(
      Type.COUNTER,
      "attachdetach_controller_forced_detaches_total",
      "Volumes detached from nodes that said they used them: taken for dead, or out of service",
      "reason"),
  QUEUE_DEPTH(Type.GAUGE, "workqueue_depth", "Keys that wait in a queue", "name"),
  QUEUE_ADDS(Type.COUNTER, "workqueue_adds_total", "Keys put into a queue", "name"),
  QUEUE_RETRIES(Type.COUNTER, "workqueue_retries_total", "Keys that come again", "name"),
  QUEUE_WORK_SECONDS(Type.HISTOGRAM, "workqueue_work_duration_seconds", "Work on one key", "name"),
  BINDING_GUARD(
      Type.GAUGE,
      "berth_binding_guard_in_force",
      "1 while the admission policy is in force under which claims are bound directly, else 0"),
  ORPHANS(
      Type.GAUGE,
      "berth_orphaned_volumes",
      "Volumes of this node's pools without a PersistentVolume: waiting, leaked or unclaimed",
      "verdict"),
  ORPHANS_TRASHED(
      Type.COUNTER, "berth_orphaned_volumes_trashed_total", "Orphans that were moved to the trash");

  /** How values of a metric add up. */
  public enum Type {
    /** The values are added. */
    COUNTER,
    /** The last value counts. */
    GAUGE,
    /** The values, in seconds, are sorted into buckets. */
    HISTOGRAM
  }

  private final Type type;
  private final String text;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<String> labels;

  Meter(Type type, String text, String help, String... labels) {
    this.type = type;
    this.text = text;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** How its values add up. */
  public Type type() {
    return type;
  }

  /** The name under which Prometheus knows it. */
  public String text() {
    return text;
  }

  /** One line for people. */
  public String help() {
    return help;
  }

  /** The names of its labels, in the order of the values in {@link Meters#record}. */
  public List<String> labels() {
    return labels;
  }
}
