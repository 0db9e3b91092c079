package dev.berth.provisioner.election;

/** What the holder of a Lease does. */
@FunctionalInterface
public interface Duty {
  /**
   * Begins the work, after the Lease was gained. Closing what is returned ends it, and returns when
   * nothing runs any more. It may take its time: the Lease is renewed meanwhile, and when that
   * fails the thread is interrupted. What it throws is logged, the Lease is given up and stood for
   * again.
   */
  AutoCloseable begin() throws InterruptedException;
}
