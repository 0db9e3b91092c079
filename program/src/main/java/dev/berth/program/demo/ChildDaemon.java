package dev.berth.program.demo;

import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code berth up} as a child process over the scratch root, its log in a file there. */
final class ChildDaemon {
  static final String NODE = "demo";
  private static final int PATIENCE_SECONDS = 30;
  private static final int LAST_LINES = 12;

  private final Path root;
  private final String pool;
  private Optional<Process> process = Optional.empty();

  /**
   * @param pool the value of --pool
   */
  ChildDaemon(Path root, String pool) {
    this.root = root;
    this.pool = pool;
  }

  /** Starts it and waits until it answers. */
  void start() {
    Process started = launch();
    process = Optional.of(started);
    Path socket = root.resolve(ControlClient.SOCKET);
    Waiting.until(
        "the daemon answers at " + socket,
        () -> !started.isAlive() || answers(),
        () ->
            started.isAlive() ? "no answer yet" : "it ended with exit code " + started.exitValue());
    UnexpectedException.unless(
        started.isAlive(),
        "the daemon answers at " + socket,
        "it ended with exit code " + code(started));
  }

  private static String code(Process ended) {
    return ended.isAlive() ? "none" : String.valueOf(ended.exitValue());
  }

  private boolean answers() {
    try {
      return !new ControlClient(root).list(Objects.nodes()).isEmpty();
    } catch (Fault notYet) {
      return false;
    }
  }

  private Process launch() {
    List<String> command =
        OwnCommand.with(
            List.of(
                "up",
                "--root=" + root,
                "--node-id=" + NODE,
                "--pool=" + pool,
                "--init",
                "--log-format=plain"));
    try {
      return new ProcessBuilder(command)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
          .start();
    } catch (IOException e) {
      throw new Fault("cannot start the daemon: " + e.getMessage(), e);
    }
  }

  private Path log() {
    return root.resolve("daemon.log");
  }

  long pid() {
    return process.map(Process::pid).orElse(0L);
  }

  boolean isAlive() {
    return process.filter(Process::isAlive).isPresent();
  }

  /** SIGKILL: it has no chance to clean up. */
  void kill() {
    process.ifPresent(Process::destroyForcibly);
    awaitEnd();
  }

  /** SIGTERM; the exit code. */
  int stop() {
    process.ifPresent(Process::destroy);
    awaitEnd();
    return process.map(Process::exitValue).orElse(0);
  }

  private void awaitEnd() {
    try {
      if (process.isPresent() && !process.get().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new UnexpectedException(
            "the daemon ends within " + PATIENCE_SECONDS + " s", "pid " + pid() + " still runs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fault("interrupted while it waited for the daemon to end", e);
    }
  }

  /** The end of what it logged. */
  List<String> lastLines() {
    try {
      List<String> all = Files.readAllLines(log());
      return all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
    } catch (IOException none) {
      return List.of();
    }
  }
}
