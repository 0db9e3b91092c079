package dev.berth.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the system's own programs (mount, losetup, mkfs): an independent witness beside Berth's own
 * system calls.
 */
public final class Shell {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private Shell() {}

  /** What a program answered. */
  public record Answer(int exit, String output) {
    /** Lines of the output without the empty ones. */
    public List<String> lines() {
      return output.lines().filter(line -> !line.isBlank()).toList();
    }
  }

  /**
   * Runs a program and returns its output.
   *
   * @throws IllegalStateException when it exits with anything but zero, with its output
   */
  public static String run(String... command) {
    return run(DEADLINE, command);
  }

  /** Like {@link #run(String...)} with a deadline of its own, after which the program is killed. */
  static String run(Duration deadline, String... command) {
    Answer answer = ask(deadline, command);
    if (answer.exit() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + ": exit " + answer.exit() + "\n" + answer.output());
    }
    return answer.output();
  }

  /** Runs a program and returns whatever it answered; stderr is part of the output. */
  public static Answer ask(String... command) {
    return ask(DEADLINE, command);
  }

  /** Like {@link #ask(String...)} with a deadline of its own, after which the program is killed. */
  public static Answer ask(Duration deadline, String... command) {
    try {
      Path output = Files.createTempFile("berth-e2e-", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          throw new IllegalStateException(
              String.join(" ", command)
                  + ": still running after "
                  + deadline
                  + "\n"
                  + Files.readString(output));
        }
        return new Answer(process.exitValue(), Files.readString(output));
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
