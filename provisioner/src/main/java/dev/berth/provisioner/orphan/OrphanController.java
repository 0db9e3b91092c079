package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks through the pools at its start and then at long intervals: that a PV does not come is no
 * change that a watch could tell. Its only key stands for all pools.
 */
public final class OrphanController implements Controller {
  private static final Key POOLS = Key.of("pools");

  private final Orphans orphans;

  public OrphanController(Orphans orphans) {
    this.orphans = orphans;
  }

  @Override
  public String name() {
    return "orphans";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    enqueue.accept(POOLS);
    return List.of();
  }

  @Override
  public Outcome reconcile(Key key) {
    try {
      orphans.sweep();
      return Outcome.again(orphans.settings().interval());
    } catch (PoolContents.FailedException e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
  }
}
