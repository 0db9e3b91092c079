package dev.berth.program.metrics;

import dev.berth.provisioner.metrics.Meter;
import java.util.List;

/** What the program measures beside the volume controller's {@code Meter}s. */
enum ProgramMetric {
  POOL_READY(
      Meter.Type.GAUGE,
      "berth_pool_ready",
      "1 while the pool is there, 0 while it is missing",
      "pool"),
  POOL_SIZE(Meter.Type.GAUGE, "berth_pool_size_bytes", "What the pool may hold", "pool"),
  POOL_PROMISED(
      Meter.Type.GAUGE,
      "berth_pool_promised_bytes",
      "What its volumes, drafts and trash may claim, together",
      "pool"),
  POOL_AVAILABLE(
      Meter.Type.GAUGE,
      "berth_pool_available_bytes",
      "What can still be promised in the pool",
      "pool"),
  POOL_DAMAGED(
      Meter.Type.GAUGE,
      "berth_pool_damaged_volumes",
      "Volumes that were found damaged and are left alone",
      "pool"),
  REGISTERED(
      Meter.Type.GAUGE,
      "berth_driver_registered",
      "1 while the kubelet has the driver registered, else 0",
      "driver_name"),
  API_REQUESTS(
      Meter.Type.COUNTER,
      "berth_kubernetes_requests_total",
      "Requests to the API server; code 0 is one without an answer",
      "verb",
      "resource",
      "code"),
  API_SECONDS(
      Meter.Type.HISTOGRAM,
      "berth_kubernetes_request_duration_seconds",
      "From a request to the API server to its answer, waiting for the rate limit included",
      "verb",
      "resource"),
  API_CONNECTED(
      Meter.Type.GAUGE,
      "berth_kubernetes_connected",
      "1 while all caches follow the API server, else 0"),
  LEADS(
      Meter.Type.GAUGE,
      "leader_election_master_status",
      "1 while this process holds the Lease, else 0",
      "name"),
  RESIDENT(Meter.Type.GAUGE, "process_resident_memory_bytes", "Resident memory of the process"),
  CPU(Meter.Type.COUNTER, "process_cpu_seconds_total", "Processor time of the process"),
  START(Meter.Type.GAUGE, "process_start_time_seconds", "Start of the process, as Unix time"),
  FILES(Meter.Type.GAUGE, "process_open_fds", "Open file descriptors of the process"),
  HEAP(Meter.Type.GAUGE, "jvm_memory_used_bytes", "Java heap in use", "area"),
  BUILD(
      Meter.Type.GAUGE,
      "berth_build_info",
      "Always 1; the label says which version runs",
      "version");

  private final Meter.Type type;
  private final String text;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<String> labels;

  ProgramMetric(Meter.Type type, String text, String help, String... labels) {
    this.type = type;
    this.text = text;
    this.help = help;
    this.labels = List.of(labels);
  }

  Description description() {
    return new Description(type, text, help, labels);
  }
}
