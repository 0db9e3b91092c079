package dev.berth.provisioner.queue;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a key waits after its n-th failure in a row: doubled each time up to a limit, and spread
 * by jitter.
 *
 * @param first the wait after the first failure, without jitter
 * @param max the longest wait, jitter included
 * @param jitter the share of the wait that is random, from 0 to 1
 */
public record Backoff(Duration first, Duration max, double jitter) {
  /** 200 ms doubled up to five minutes, a fifth of it random. */
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofMillis(200), Duration.ofMinutes(5), 0.2);

  public Backoff {
    if (!first.isPositive() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "backoff from "
              + first
              + " to "
              + max
              + ": the first wait must be positive, max not less");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("backoff jitter " + jitter + ": must be from 0 to 1");
    }
  }

  /** The wait after so many failures in a row, counted from 1. */
  public Duration delay(int failures, RandomGenerator random) {
    double doubled = first.toNanos() * Math.pow(2, Math.max(0, failures - 1));
    double full = Math.min(doubled, (double) max.toNanos());
    return Duration.ofNanos((long) (full * (1 - jitter * random.nextDouble())));
  }
}
