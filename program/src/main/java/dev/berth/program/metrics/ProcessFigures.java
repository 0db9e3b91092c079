package dev.berth.program.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** What the kernel and the JVM know of this process; what cannot be read is 0. */
final class ProcessFigures {
  private static final Path SELF = Path.of("/proc/self");
  private static final long KIB = 1024;

  private ProcessFigures() {}

  /** VmRSS of proc_pid_status(5). */
  static double residentBytes() {
    try (Stream<String> lines = Files.lines(SELF.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  static double openFiles() {
    try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
      return files.count();
    } catch (IOException e) {
      return 0;
    }
  }

  static double cpuSeconds() {
    Duration total = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return total.toMillis() / 1000.0;
  }

  static double startSeconds() {
    Instant start = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
    return start.toEpochMilli() / 1000.0;
  }

  static double heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
