package dev.berth.e2e.sigkill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.Scratch;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** {@code berth up} on a scratch root, to be killed and started again, and the questions to it. */
final class Daemon implements AutoCloseable {
  private final Path root;
  private final Path pool;
  private final Path log;
  private final ControlClient control;
  private BerthProcess process;

  Daemon(Scratch scratch, Path pool) {
    root = scratch.folder("root");
    log = scratch.root().resolve("berth.log");
    this.pool = pool;
    control = new ControlClient(root);
    process = launch();
  }

  private BerthProcess launch() {
    return BerthProcess.start(
        log, List.of("up", "--root=" + root, "--pool=disk=" + pool, "--init", "--node-id=node-1"));
  }

  Path root() {
    return root;
  }

  Path pool() {
    return pool;
  }

  /** The end of its log and what its threads do. */
  String state() {
    String all = process.log();
    return all.substring(Math.max(0, all.length() - 5000)) + "\n" + process.threads();
  }

  void start() {
    process = launch();
  }

  void kill() {
    process.kill();
  }

  /** SIGTERM; the exit code. */
  int stop() {
    return process.stop();
  }

  /** Waits until the daemon answers. */
  void awaitAnswer() {
    Awaitility.await("an answer of the daemon")
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(20))
        .until(this::answers);
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("berth ended by itself:\n" + process.log());
    }
    try {
      return !list("Node").isEmpty();
    } catch (Fault notYet) {
      return false;
    }
  }

  /**
   * @throws Fault if the daemon is not there or went away: what became of it is not known
   */
  JsonNode apply(JsonNode manifest) {
    return control.list(Request.apply(manifest)).getFirst();
  }

  List<JsonNode> list(String kind) {
    return control.list(Request.of(Verb.GET, kind, "", ""));
  }

  Optional<JsonNode> find(String kind, String name) {
    try {
      return Optional.of(control.list(Request.of(Verb.GET, kind, "default", name)).getFirst());
    } catch (Refusal refusal) {
      if (refusal.reason().equals(Refusal.NOT_FOUND)) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  void delete(String kind, String name) {
    try {
      control.ask(Request.of(Verb.DELETE, kind, "default", name), _ -> {});
    } catch (Refusal refusal) {
      if (!refusal.reason().equals(Refusal.NOT_FOUND)) {
        throw refusal;
      }
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
