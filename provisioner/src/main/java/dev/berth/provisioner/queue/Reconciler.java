package dev.berth.provisioner.queue;

/**
 * Brings what one key names closer to what it should be. Never called for one key twice at a time.
 */
public interface Reconciler<K> {
  /** For logs and metrics, for example {@code claims}. */
  String name();

  /**
   * Reads afresh, decides, acts. An exception of the cluster is a failure like {@link
   * Outcome.Failed}: conflicts and unavailability are retried after the key's backoff.
   */
  Outcome reconcile(K key);
}
