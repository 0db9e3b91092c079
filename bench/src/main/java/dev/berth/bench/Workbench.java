package dev.berth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A scratch folder on the filesystem of {@code /var/tmp} and the programs that run in it. */
final class Workbench implements AutoCloseable {
  private final Path folder;
  private final Path checkout;

  Workbench(Path checkout) throws IOException {
    this.checkout = checkout;
    this.folder = Files.createTempDirectory(Path.of("/var/tmp"), "berth-bench-");
  }

  Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  Path checkout() {
    return checkout;
  }

  /** Runs a program to its end and returns what it printed. */
  String run(List<String> command) throws IOException {
    Path output = Files.createTempFile(folder, "run-", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    await(process, 600);
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
    }
    return Files.readString(output);
  }

  /**
   * Starts the launcher; the output goes to a file that the failure of {@link #awaitFile} shows.
   */
  Process berth(List<String> arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of(checkout.resolve("berth").toString()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("berth.log").toFile()))
        .start();
  }

  void awaitFile(Path file, Process process) throws IOException {
    while (!Files.exists(file)) {
      if (!process.isAlive()) {
        throw new IOException("berth ended: " + Files.readString(folder.resolve("berth.log")));
      }
      LockSupport.parkNanos(200_000);
    }
  }

  static void stop(Process process) {
    process.destroy();
    await(process, 60);
  }

  private static void await(Process process, long seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("a program did not end within " + seconds + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (var tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.deleteIfExists(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
