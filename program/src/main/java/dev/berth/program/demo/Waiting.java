package dev.berth.program.demo;

import dev.berth.program.Fault;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another process does, and says what it saw instead. */
final class Waiting {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Waiting() {}

  /**
   * Returns when {@code condition} holds.
   *
   * @param expected what is waited for
   * @param seen what there is instead, asked when the patience ends
   */
  static void until(String expected, BooleanSupplier condition, Supplier<String> seen) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new UnexpectedException(
            expected + " within " + PATIENCE.toSeconds() + " s", seen.get());
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Fault("interrupted while it waited until " + expected, e);
      }
    }
  }
}
