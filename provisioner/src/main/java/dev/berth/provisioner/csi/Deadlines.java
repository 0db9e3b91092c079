package dev.berth.provisioner.csi;

import java.time.Duration;

/**
 * How long a call may take before the answer is {@link Answer.StillRunning}.
 *
 * @param ask calls that only read: capabilities, info, stats
 * @param change calls that create, delete or grow a volume
 * @param mount calls that stage or publish on the node; the kubelet's own limit is two minutes
 */
public record Deadlines(Duration ask, Duration change, Duration mount) {
  /** Ten seconds to read, a minute to change, two to mount. */
  public static final Deadlines DEFAULT =
      new Deadlines(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(2));

  public Deadlines {
    requirePositive("ask", ask);
    requirePositive("change", change);
    requirePositive("mount", mount);
  }

  private static void requirePositive(String field, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("deadline " + field + "=" + value + ": must be positive");
    }
  }
}
