package dev.berth.provisioner.metrics;

import java.time.Duration;

/** Where the controllers report what they did. Safe for threads; never throws. */
@FunctionalInterface
public interface Meters {
  /** Nobody wants to know. */
  Meters NONE = (_, _, _) -> {};

  /**
   * Adds the value to a counter, sets a gauge to it, or sorts it into a histogram.
   *
   * @param labelValues one for each of the meter's labels, in their order
   */
  void record(Meter meter, double value, String... labelValues);

  /** One more. */
  default void count(Meter meter, String... labelValues) {
    record(meter, 1, labelValues);
  }

  /** A duration, in seconds. */
  default void time(Meter meter, Duration took, String... labelValues) {
    record(meter, took.toNanos() / (double) Duration.ofSeconds(1).toNanos(), labelValues);
  }
}
