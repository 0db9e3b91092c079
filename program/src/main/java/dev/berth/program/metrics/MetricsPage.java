package dev.berth.program.metrics;

import dev.berth.provisioner.metrics.Meter;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The page docs/metrics.md. */
final class MetricsPage {
  private static final String BEGIN =
      """
      # Metrics

      <!-- Generated from dev.berth.provisioner.metrics.Meter and dev.berth.program.metrics.ProgramMetric; a test compares.
           To write it anew: ./dev docs -->

      `berth serve` answers `/metrics` in Prometheus' text format on its HTTP endpoint, port 9808 unless `--http-endpoint`
      says otherwise. Every node speaks for itself: sums over the cluster are sums over the pods of the DaemonSet.
      Durations are in seconds. Where external-provisioner or client-go has a metric, ours has its name and its labels.

      ## The volume controller
      """;

  private static final String MIDDLE =
      """

      ## Pools, the kubelet, the API server and the process
      """;

  private static final String END =
      """

      ## Worth an alert
      | expression | what it says |
      |---|---|
      | `berth_pool_ready == 0` | a pool's disk is not mounted; the log and `/readyz` say what was found |
      | `berth_pool_available_bytes / berth_pool_size_bytes < 0.1` | a pool is nearly full |
      | `berth_driver_registered == 0` | the kubelet does not know the driver: no volume is mounted on that node |
      | `berth_kubernetes_connected == 0` | the node does not follow the API server: no claim is served there |
      | `sum(leader_election_master_status) == 0` | nobody places Immediate claims |
      | `rate(controller_persistentvolumeclaim_provision_failed_total[5m]) > 0` | volumes cannot be made; the events on the claims say why |
      """;

  private static final String HEAD =
      """
      | metric | type | labels | meaning |
      |---|---|---|---|
      """;

  private MetricsPage() {}

  static String text() {
    String controller =
        Arrays.stream(Meter.values())
            .map(meter -> row(Description.of(meter)))
            .collect(Collectors.joining());
    String program =
        Arrays.stream(ProgramMetric.values())
            .map(metric -> row(metric.description()))
            .collect(Collectors.joining());
    return BEGIN + HEAD + controller + MIDDLE + HEAD + program + END;
  }

  private static String row(Description metric) {
    return "| `%s` | %s | %s | %s |%n"
        .formatted(
            metric.name(),
            metric.type().name().toLowerCase(Locale.ROOT),
            metric.labels().isEmpty()
                ? "–"
                : metric.labels().stream()
                    .map(l -> "`" + l + "`")
                    .collect(Collectors.joining(", ")),
            metric.help());
  }
}
