package dev.berth.e2e.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How long a process has been on a processor (proc_pid_stat(5), utime and stime). */
final class CpuTime {
  /** {@code sysconf(_SC_CLK_TCK)} is 100 on every Linux architecture that Java runs on. */
  private static final int TICKS_PER_SECOND = 100;

  /** The fields after the name, which may have spaces and ends with the last bracket. */
  private static final int UTIME = 11;

  private static final int STIME = 12;

  private CpuTime() {}

  static Duration of(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      long ticks = Long.parseLong(fields.get(UTIME)) + Long.parseLong(fields.get(STIME));
      return Duration.ofMillis(ticks * Duration.ofSeconds(1).toMillis() / TICKS_PER_SECOND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
