package dev.berth.provisioner.guard;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A controller that does nothing while somebody else does its work, and never looks at the PV that
 * finds that out.
 */
public record WhileAlone(Controller inner, RivalBinder rival) implements Controller {
  private static final Duration LATER = Duration.ofMinutes(1);

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return inner.watch(
        key -> {
          if (!key.equals(RivalBinder.QUESTION)) {
            enqueue.accept(key);
          }
        });
  }

  @Override
  public Outcome reconcile(Key key) {
    return rival.found() ? Outcome.again(LATER) : inner.reconcile(key);
  }
}
