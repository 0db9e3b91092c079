package dev.berth.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Scratch;
import dev.berth.program.Main;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.standalone.Daemon;
import dev.berth.provisioner.csi.DriverUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code berth up} in this process, and what people ask of it. */
final class Machine implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Scratch scratch = new Scratch();
  private final Path root;
  private Daemon daemon;

  Machine() {
    try {
      root = scratch.folder("root").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon = start();
  }

  /** Emulated, a first call may take longer than a program waits; then its classes are loaded. */
  private Daemon start() {
    try {
      return Daemon.start(root, "n1", List.of());
    } catch (DriverUnavailableException slow) {
      return Daemon.start(root, "n1", List.of());
    }
  }

  Scratch scratch() {
    return scratch;
  }

  void restart() {
    daemon.close();
    daemon = start();
  }

  void apply(String manifest) {
    try {
      Path file = Files.writeString(scratch.root().resolve("manifest.yaml"), manifest);
      assertThat(Main.run("apply", "--root=" + root, "-f", file.toString())).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(String kind, String name) {
    assertThat(Main.run("delete", "--root=" + root, kind, name)).isZero();
  }

  private List<JsonNode> list(String kind) {
    return new ControlClient(root).list(Request.of(Verb.GET, kind, "", ""));
  }

  private Optional<JsonNode> find(String kind, String name) {
    return list(kind).stream()
        .filter(object -> object.at("/metadata/name").asText().equals(name))
        .findFirst();
  }

  void awaitMounted(String pod) {
    await(pod)
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(find("Pod", pod).orElseThrow().at("/status/reason").asText())
                    .as(String.join("\n", events(pod)))
                    .isEqualTo("VolumesMounted"));
  }

  void awaitGone(String pod) {
    await(pod).atMost(PATIENCE).until(() -> find("Pod", pod).isEmpty());
  }

  void awaitPhase(String volume, String phase) {
    await(volume)
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(find("PersistentVolume", volume).orElseThrow().at("/status/phase"))
                    .as(String.join("\n", events(volume)))
                    .hasToString("\"" + phase + "\""));
  }

  void awaitEvent(String object, String words) {
    await(object)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(events(object)).anyMatch(event -> event.contains(words)));
  }

  /** {@code Reason: message} of what was said about an object. */
  List<String> events(String object) {
    return list("Event").stream()
        .filter(event -> event.at("/involvedObject/name").asText().equals(object))
        .map(event -> event.get("reason").asText() + ": " + event.get("message").asText())
        .toList();
  }

  /** Where a volume of a pod is. */
  Path place(String pod, String volume) {
    String uid = find("Pod", pod).orElseThrow().at("/metadata/uid").asText();
    return root.resolve("pods").resolve(uid).resolve("volumes/kubernetes.io~nfs").resolve(volume);
  }

  /** The lines of the mount table that are below the root, without those of its own pool. */
  List<String> mounts() {
    return scratch.mounts().stream()
        .filter(line -> line.contains("kubernetes.io~nfs") || line.contains("recycling"))
        .collect(Collectors.toList());
  }

  @Override
  public void close() {
    daemon.close();
    scratch.close();
  }
}
