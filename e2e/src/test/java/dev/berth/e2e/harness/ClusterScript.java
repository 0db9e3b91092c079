package dev.berth.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code ./dev cluster}, for clusters that are not those of the person at this machine. */
public final class ClusterScript {
  private static final Duration PATIENCE = Duration.ofMinutes(9);

  private ClusterScript() {}

  /**
   * Why there can be no Kubernetes on this machine; empty where there can. What can be installed or
   * built for it, is.
   */
  public static String impossible() {
    Shell.Answer answer = ask("possible");
    return answer.exit() == 0
        ? ""
        : "SKIPPED: no Kubernetes on this machine: " + answer.lines().getLast().strip();
  }

  /**
   * The folder that holds the clusters of the tests, one folder each. Tests that run at the same
   * time in another JVM have another, and may use the same names.
   */
  public static Path folder() {
    return Path.of(System.getProperty("java.io.tmpdir"))
        .toAbsolutePath()
        .resolve("clusters" + System.getProperty("berth.fork", ""));
  }

  /**
   * Runs {@code ./dev cluster <arguments>} and returns what it printed.
   *
   * @throws IllegalStateException when it fails, with what it said
   */
  public static String run(List<String> arguments) {
    Shell.Answer answer = ask(arguments.toArray(String[]::new));
    if (answer.exit() != 0) {
      throw new IllegalStateException(
          "./dev cluster " + String.join(" ", arguments) + ": " + answer.output());
    }
    return answer.output();
  }

  /** The same, with whatever it answered. */
  public static Shell.Answer ask(String... arguments) {
    return Shell.ask(PATIENCE, command(arguments).toArray(String[]::new));
  }

  /** Starts it, and does not wait; what it prints is dropped. */
  public static Process start(String... arguments) {
    try {
      return new ProcessBuilder(command(arguments))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "BERTH_CLUSTERS=" + folder(),
                Repository.root().resolve("cluster/cluster").toString()));
    command.addAll(List.of(arguments));
    return command;
  }
}
