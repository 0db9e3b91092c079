package dev.berth.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A Docker engine for one test, in namespaces of its own: with it end its containers and its
 * mounts.
 */
public final class DockerEngine implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final String host;

  private DockerEngine(Process process, String host) {
    this.process = process;
    this.host = host;
  }

  /**
   * Starts an engine that keeps everything below {@code folder}, and waits until it answers. Where
   * none can run, the calling test is skipped, and says why.
   */
  public static DockerEngine start(Path folder) {
    Path log = folder.resolveSibling(folder.getFileName() + ".log");
    try {
      Process process =
          new ProcessBuilder(
                  Repository.root().resolve("deploy/image/engine").toString(), folder.toString())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
              .start();
      DockerEngine engine =
          new DockerEngine(process, "unix://" + folder.resolve("docker.sock").toAbsolutePath());
      Awaitility.await("the Docker engine answers; its log is " + log)
          .atMost(PATIENCE)
          .until(() -> !process.isAlive() || engine.ask("version").exit() == 0);
      if (!process.isAlive()) {
        String why = "SKIPPED: no Docker engine can run here: " + Files.readString(log).strip();
        System.out.println(why);
        Assumptions.abort(why);
      }
      return engine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens, as DOCKER_HOST has it. */
  public String host() {
    return host;
  }

  /** Takes an image in. */
  public void load(Path archive) {
    Shell.Answer answer = ask("load", "--input", archive.toString());
    if (answer.exit() != 0) {
      throw new IllegalStateException("docker load " + archive + ": " + answer.output());
    }
  }

  /** Runs {@code docker <arguments>} against this engine. */
  public Shell.Answer ask(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "--host", host));
    command.addAll(List.of(arguments));
    return Shell.ask(PATIENCE, command.toArray(String[]::new));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
