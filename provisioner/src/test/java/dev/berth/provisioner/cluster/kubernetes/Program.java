package dev.berth.provisioner.cluster.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that runs until it is closed, or until this JVM is gone, however that happens. */
final class Program implements AutoCloseable {
  /** Ends the program when its own standard input ends, which it does with our process. */
  private static final String GUARD =
      "\"$@\" & trap 'kill -KILL $!; exit' TERM INT HUP; read -r _; kill -KILL $!; wait";

  private final Process guard;
  private final Path log;

  private Program(Process guard, Path log) {
    this.guard = guard;
    this.log = log;
  }

  static Program start(Path log, List<String> command) {
    List<String> guarded =
        Stream.concat(Stream.of("sh", "-c", GUARD, "sh"), command.stream()).toList();
    try {
      Process process =
          new ProcessBuilder(guarded)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true)
              .start();
      return new Program(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /** The last lines that it has written. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return "(" + e.getMessage() + ")";
    }
  }

  @Override
  public void close() {
    try {
      guard.getOutputStream().close();
      if (!guard.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("it does not end: " + lastWords());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a program ends", e);
    }
  }
}
