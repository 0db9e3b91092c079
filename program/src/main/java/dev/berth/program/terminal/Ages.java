package dev.berth.program.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * How long ago something was, in the few characters that kubectl spends on it: 5s, 2m10s, 3h5m,
 * 4d2h, 12d.
 */
public final class Ages {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Ages() {}

  /** The age of an RFC 3339 timestamp, {@code <unknown>} when it is none. */
  public static String since(String timestamp, Instant now) {
    try {
      return text(Duration.between(Instant.parse(timestamp), now));
    } catch (DateTimeParseException none) {
      return "<unknown>";
    }
  }

  static String text(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 2 * MINUTE) {
      return seconds + "s";
    }
    if (seconds < 10 * MINUTE) {
      return pair(seconds / MINUTE, "m", seconds % MINUTE, "s");
    }
    if (seconds < 3 * HOUR) {
      return seconds / MINUTE + "m";
    }
    if (seconds < 8 * HOUR) {
      return pair(seconds / HOUR, "h", seconds % HOUR / MINUTE, "m");
    }
    if (seconds < 2 * DAY) {
      return seconds / HOUR + "h";
    }
    return seconds < 8 * DAY
        ? pair(seconds / DAY, "d", seconds % DAY / HOUR, "h")
        : seconds / DAY + "d";
  }

  private static String pair(long large, String largeUnit, long small, String smallUnit) {
    return large + largeUnit + (small == 0 ? "" : small + smallUnit);
  }
}
