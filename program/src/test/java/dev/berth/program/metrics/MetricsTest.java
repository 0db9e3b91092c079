package dev.berth.program.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.metrics.Meter;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolId;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @ParameterizedTest
  @EnumSource
  void every_meter_of_the_controllers_is_written_under_its_name(Meter meter) throws IOException {
    String[] labels = meter.labels().stream().map(name -> "a-" + name).toArray(String[]::new);
    metrics.record(meter, 0.02, labels);
    String label =
        meter.labels().stream()
            .sorted()
            .map(name -> name + "=\"a-" + name + "\"")
            .reduce((a, b) -> a + "," + b)
            .map(all -> "{" + all + "}")
            .orElse("");
    String sample = meter.type() == Meter.Type.HISTOGRAM ? meter.text() + "_sum" : meter.text();
    assertThat(page()).contains(sample).containsPattern("(?m)^" + sample + "(\\{.*})? 0\\.02$");
    meter.labels().forEach(name -> assertThat(label).contains(name));
  }

  @Test
  void calls_of_milliseconds_and_of_minutes_are_told_apart() throws IOException {
    for (double seconds : new double[] {0.004, 0.2, 45}) {
      metrics.record(Meter.CSI_SECONDS, seconds, "local.berth.dev", "/m", "OK", "false");
    }
    assertThat(buckets("csi_sidecar_operations_seconds"))
        .containsEntry("0.0025", 0)
        .containsEntry("0.005", 1)
        .containsEntry("0.1", 1)
        .containsEntry("0.25", 2)
        .containsEntry("50.0", 3)
        .containsEntry("+Inf", 3);
  }

  @Test
  void requests_to_the_api_server_are_counted_by_verb_resource_and_code() throws IOException {
    metrics.answered("create", "persistentvolumes", 201, Duration.ofMillis(3));
    metrics.answered("create", "persistentvolumes", 201, Duration.ofMillis(5));
    metrics.answered("update", "persistentvolumeclaims/status", 409, Duration.ofMillis(2));
    assertThat(page())
        .contains(
            "berth_kubernetes_requests_total{code=\"201\",resource=\"persistentvolumes\",verb=\"create\"} 2.0",
            "berth_kubernetes_requests_total{code=\"409\",resource=\"persistentvolumeclaims/status\",verb=\"update\"} 1.0",
            "berth_kubernetes_request_duration_seconds_sum{resource=\"persistentvolumes\",verb=\"create\"} 0.008");
  }

  @Test
  void a_pool_that_is_missing_has_no_size_and_is_not_ready() throws IOException {
    PoolHealth ready =
        new PoolHealth.Ready(
            new PoolId("abcd1234"),
            Bytes.ofGiB(10),
            Bytes.ofGiB(4),
            Bytes.ofGiB(6),
            List.of("broken"));
    metrics.pools(
        () ->
            List.of(
                new PoolStatus(new PoolName("disk"), Path.of("/disk"), ready),
                new PoolStatus(
                    new PoolName("away"), Path.of("/away"), new PoolHealth.Missing("gone"))));
    assertThat(page())
        .contains(
            "berth_pool_ready{pool=\"away\"} 0.0",
            "berth_pool_ready{pool=\"disk\"} 1.0",
            "berth_pool_size_bytes{pool=\"disk\"} 1.073741824E10",
            "berth_pool_promised_bytes{pool=\"disk\"} 4.294967296E9",
            "berth_pool_available_bytes{pool=\"disk\"} 6.442450944E9",
            "berth_pool_damaged_volumes{pool=\"disk\"} 1.0")
        .doesNotContain("berth_pool_size_bytes{pool=\"away\"}");
  }

  @Test
  void registration_connection_and_leadership_are_what_they_are_when_they_are_asked_for()
      throws IOException {
    AtomicBoolean now = new AtomicBoolean();
    metrics.registrations(() -> Map.of("local.berth.dev", now.get()));
    metrics.connected(now::get);
    metrics.leads("berth-controller", now::get);
    for (boolean value : new boolean[] {false, true}) {
      now.set(value);
      String figure = value ? "1.0" : "0.0";
      assertThat(page())
          .contains(
              "berth_driver_registered{driver_name=\"local.berth.dev\"} " + figure,
              "berth_kubernetes_connected " + figure,
              "leader_election_master_status{name=\"berth-controller\"} " + figure);
    }
  }

  @Test
  void the_process_is_measured() throws IOException {
    assertThat(page())
        .containsPattern("process_resident_memory_bytes [1-9]")
        .containsPattern("process_cpu_seconds_total [0-9.E]+")
        .containsPattern("process_start_time_seconds 1\\.[0-9]+E9")
        .containsPattern("process_open_fds [1-9]")
        .containsPattern("jvm_memory_used_bytes\\{area=\"heap\"} [1-9]")
        .contains("berth_build_info{version=\"development\"} 1");
  }

  @Test
  void no_name_is_used_twice() {
    assertThat(Description.all()).extracting(Description::name).doesNotHaveDuplicates();
  }

  private String page() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.write(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private Map<String, Integer> buckets(String name) throws IOException {
    return page()
        .lines()
        .filter(line -> line.startsWith(name + "_bucket"))
        .collect(
            java.util.stream.Collectors.toMap(
                line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"),
                line -> Integer.valueOf(line.replaceAll(".* ", ""))));
  }
}
