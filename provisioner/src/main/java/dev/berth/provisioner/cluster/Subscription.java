package dev.berth.provisioner.cluster;

/** A running watch. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  /** Ends the watch; a call that the listener is in is not waited for. */
  @Override
  void close();
}
