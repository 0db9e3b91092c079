package dev.berth.provisioner.snapshot;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the three places that have them write them. */
public final class Times {
  private static final long NANOS = 1_000_000_000L;

  private Times() {}

  /** RFC 3339 in whole seconds, as the API writes times. */
  public static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The same, of nanoseconds since 1970. */
  public static String text(long nanos) {
    return text(Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS));
  }

  /** Nanoseconds since 1970, of what a driver says. */
  public static long nanos(com.google.protobuf.Timestamp time) {
    return Math.addExact(Math.multiplyExact(time.getSeconds(), NANOS), time.getNanos());
  }
}
