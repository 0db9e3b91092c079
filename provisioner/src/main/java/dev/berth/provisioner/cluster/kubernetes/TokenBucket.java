package dev.berth.provisioner.cluster.kubernetes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;

/**
 * Permits that come back at a steady rate and are saved up to a limit. Whoever is too early takes
 * one of the future and learns how long to wait for it, so that the order is kept.
 */
final class TokenBucket {
  private final double nanosPerToken;
  private final double burst;
  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private double tokens;

  @GuardedBy("this")
  private long last;

  TokenBucket(double perSecond, int burst, LongSupplier nanoTime) {
    this.nanosPerToken = 1e9 / perSecond;
    this.burst = burst;
    this.nanoTime = nanoTime;
    this.tokens = burst;
    this.last = nanoTime.getAsLong();
  }

  /** Takes a permit and answers after how many nanoseconds it may be used. */
  synchronized long take() {
    refill();
    tokens -= 1;
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens * nanosPerToken);
  }

  /** Takes a permit if there is one. */
  synchronized boolean tryTake() {
    refill();
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }

  @GuardedBy("this")
  private void refill() {
    long now = nanoTime.getAsLong();
    tokens = Math.min(burst, tokens + (now - last) / nanosPerToken);
    last = now;
  }
}
