package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Notice;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EventRecorderTest {
  private final Queue<Call> sent = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Consumer<Call>> answer = new AtomicReference<>(_ -> {});
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05.5Z"));
  private final EventRecorder recorder =
      new EventRecorder(
          call -> {
            sent.add(call);
            answer.get().accept(call);
          },
          "node-1",
          now::get);

  @AfterEach
  void close() {
    recorder.close();
  }

  @Test
  void the_first_is_created_and_the_next_is_counted() {
    recorder.record(notice("full"));
    recorder.record(notice("full"));
    recorder.record(notice("fuller"));
    await().until(() -> sent.size() == 3);
    assertThat(sent).extracting(Call::verb).containsExactly("create", "patch", "create");
    assertThat(sent.peek().path()).isEqualTo("api/v1/namespaces/ns/events");
    assertThat(sent.peek().body())
        .contains(
            "\"name\":\"a.1886caf23a639700\"",
            "\"reason\":\"ProvisioningFailed\"",
            "\"message\":\"full\"",
            "\"type\":\"Warning\"",
            "\"firstTimestamp\":\"2026-01-02T03:04:05Z\"",
            "\"source\":{\"component\":\"berth\",\"host\":\"node-1\"}");
    assertThat(sent.stream().skip(1).findFirst().orElseThrow().body())
        .isEqualTo("{\"count\":2,\"lastTimestamp\":\"2026-01-02T03:04:05Z\"}");
  }

  @Test
  void one_that_the_server_has_forgotten_is_created_again() {
    recorder.record(notice("full"));
    answer.set(
        call -> {
          if (call.verb().equals("patch")) {
            throw new ClusterException.NotFound("events \"x\" not found");
          }
        });
    await().until(() -> sent.size() == 1);
    recorder.record(notice("full"));
    await().until(() -> sent.size() == 3);
    assertThat(sent).extracting(Call::verb).containsExactly("create", "patch", "create");
  }

  @Test
  void one_that_cannot_be_kept_does_not_stop_the_next() {
    answer.set(
        _ -> {
          throw new ClusterException.Unavailable("away");
        });
    recorder.record(notice("lost"));
    await().until(() -> sent.size() == 1);
    answer.set(_ -> {});
    recorder.record(notice("kept"));
    await().until(() -> sent.size() == 2);
  }

  @Test
  void an_object_with_too_much_to_say_is_cut_short() {
    IntStream.range(0, 100).forEach(i -> recorder.record(notice("number " + i)));
    recorder.close();
    assertThat(sent).hasSize(25);
  }

  @Test
  void an_event_of_an_object_with_the_longest_name_has_a_name_that_servers_take() {
    recorder.record(notice("a".repeat(235) + "." + "b".repeat(17), "full"));
    await().until(() -> sent.size() == 1);
    assertThat(sent.element().body())
        .contains("\"name\":\"" + "a".repeat(235) + ".1886caf23a639700\"");
  }

  private static Notice notice(String message) {
    return notice("a", message);
  }

  private static Notice notice(String name, String message) {
    ConfigMap about =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace("ns")
            .withName(name)
            .withUid("u")
            .endMetadata()
            .build();
    return Notice.warning(about, "ProvisioningFailed", message);
  }
}
