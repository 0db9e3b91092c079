package dev.berth.provisioner.election;

import java.time.Duration;

/**
 * How long a Lease holds and how it is renewed.
 *
 * @param lease after what time without a renewal others may take it
 * @param renewal for how long its holder tries to renew it before it ends its work; the rest of the
 *     lease's time is for ending
 * @param retry how often it is renewed or asked for, a fifth more at random
 */
public record Timing(Duration lease, Duration renewal, Duration retry) {
  /** Upstream's for volume controllers. */
  public static final Timing DEFAULT =
      new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(5));

  public Timing {
    if (lease.compareTo(renewal) <= 0 || renewal.compareTo(retry) <= 0 || !retry.isPositive()) {
      throw new IllegalArgumentException(
          "lease %s, renewal %s, retry %s: each must be longer than the next"
              .formatted(lease, renewal, retry));
    }
  }
}
