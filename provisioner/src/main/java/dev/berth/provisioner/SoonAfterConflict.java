package dev.berth.provisioner;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.queue.Reconciler;
import java.time.Duration;

/**
 * A reconciler that looks again at once when somebody else wrote first: several controllers work on
 * one object, so that is everyday life and no failure to be told or waited for.
 */
record SoonAfterConflict(Reconciler<Key> inner) implements Reconciler<Key> {
  private static final Duration SOON = Duration.ofMillis(20);

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Outcome reconcile(Key key) {
    try {
      return inner.reconcile(key);
    } catch (ClusterException.Conflict _) {
      return Outcome.again(SOON);
    }
  }
}
