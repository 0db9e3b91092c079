package dev.berth.provisioner.election;

/** What the holder of a Lease does. */
@FunctionalInterface
public interface Duty {
  /**
   * Begins the work, after the Lease was gained; closing what is returned ends it, and returns when
   * nothing runs any more.
   */
  AutoCloseable begin();
}
