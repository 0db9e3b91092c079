package dev.berth.storage;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** How fast data is copied in one pool, by the last copy that was large enough to tell. */
final class CopyRate {
  /** What a disk is believed to copy in a second before it has shown it. */
  private static final Bytes FIRST = Bytes.ofMiB(200);

  private static final Bytes TELLING = Bytes.ofMiB(16);

  private final AtomicLong perSecond = new AtomicLong(FIRST.value());

  /** How long copying that much is expected to take. */
  Duration expected(Bytes data) {
    return Duration.ofNanos((long) (data.value() * 1e9 / perSecond.get()));
  }

  void measured(Bytes data, Duration took) {
    if (!data.isLessThan(TELLING) && took.isPositive()) {
      perSecond.set(Math.max(1, (long) (data.value() * 1e9 / took.toNanos())));
    }
  }
}
