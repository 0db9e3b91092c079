package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ControllersTest {
  private final CountDownLatch begun = new CountDownLatch(3);
  private final CountDownLatch never = new CountDownLatch(1);

  @Test
  void workers_that_are_stuck_are_waited_for_once_and_not_one_after_the_other() throws Exception {
    Duration patience = Duration.ofSeconds(1);
    Controllers controllers =
        new Controllers(Clock.systemUTC(), Backoff.DEFAULT, Meters.NONE, patience);
    for (int i = 0; i < 3; i++) {
      controllers.run(new Stuck(), 1);
    }
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    long before = System.nanoTime();
    controllers.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(patience, patience.multipliedBy(3).minusMillis(1));
    never.countDown();
  }

  @Test
  void keys_that_wait_are_counted_while_every_worker_is_busy() throws Exception {
    Map<Meter, Double> last = new ConcurrentHashMap<>();
    Controllers controllers =
        new Controllers(
            Clock.systemUTC(),
            Backoff.DEFAULT,
            (meter, value, labels) -> last.put(meter, value),
            Duration.ZERO);
    AtomicReference<Consumer<Key>> enqueue = new AtomicReference<>();
    controllers.run(
        new Stuck() {
          @Override
          public List<Subscription> watch(Consumer<Key> into) {
            enqueue.set(into);
            return super.watch(into);
          }
        },
        1);
    await().until(() -> begun.getCount() < 3); // it is at work on the first key
    enqueue.get().accept(Key.of("b"));
    enqueue.get().accept(Key.of("c"));
    assertThat(last).containsEntry(Meter.QUEUE_DEPTH, 2.0);
    controllers.close();
    never.countDown();
  }

  private class Stuck implements Controller {
    @Override
    public String name() {
      return "stuck";
    }

    @Override
    public List<Subscription> watch(Consumer<Key> enqueue) {
      enqueue.accept(Key.of("a"));
      return List.of();
    }

    @Override
    public Outcome reconcile(Key key) {
      begun.countDown();
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Outcome.done();
    }
  }
}
