package dev.berth.provisioner.queue;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Subscription;
import java.util.List;
import java.util.function.Consumer;

/** A reconciler of objects that knows which changes of which objects concern which of its keys. */
public interface Controller extends Reconciler<Key> {
  /**
   * Watches what matters to it and names the keys to look at. Everything present is named at once,
   * so that a start needs no state from before.
   */
  List<Subscription> watch(Consumer<Key> enqueue);
}
