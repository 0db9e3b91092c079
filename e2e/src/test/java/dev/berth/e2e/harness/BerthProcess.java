package dev.berth.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The program as a child process with the JVM flags of the launcher, its output in a file. */
public final class BerthProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private BerthProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts {@code berth <arguments>}; returns at once. */
  public static BerthProcess start(Path log, List<String> arguments) {
    try {
      Process process =
          new ProcessBuilder(Launch.command(arguments))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return new BerthProcess(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts {@code berth <arguments>} and waits until somebody accepts connections on {@code
   * socket}; the file alone may be a dead one's.
   */
  public static BerthProcess serving(Path log, Path socket, List<String> arguments) {
    BerthProcess berth = start(log, arguments);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !berth.process.isAlive() || answers(socket));
    if (!berth.process.isAlive()) {
      throw new IllegalStateException("berth ended at once:\n" + berth.log());
    }
    return berth;
  }

  private static boolean answers(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs {@code berth <arguments>} to its end. */
  public static Shell.Answer run(List<String> arguments) {
    return Shell.ask(Duration.ofMinutes(2), Launch.command(arguments).toArray(String[]::new));
  }

  /**
   * Writes a program that runs Berth from the classes under test, for scripts: the launcher of the
   * checkout runs what was built last, which may be older.
   */
  public static void writeLauncher(Path file) throws IOException {
    String command =
        Launch.command(List.of()).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Everything that it printed so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** What every thread does, virtual ones too: for the message of a test that waited in vain. */
  public String threads() {
    try {
      Path dump = Path.of(log + ".threads");
      Shell.ask(
          Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
          Long.toString(pid()),
          "Thread.dump_to_file",
          dump.toString());
      String threads = Files.exists(dump) ? Files.readString(dump) : "no dump of " + pid();
      Files.deleteIfExists(dump);
      return threads;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL, and waits until the process is gone. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  /** SIGTERM, and waits; returns the exit code. */
  public int stop() {
    process.destroy();
    await();
    return process.exitValue();
  }

  private void await() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("berth did not end within 60 s:\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
