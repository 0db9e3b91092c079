package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.WorkQueue;
import dev.berth.provisioner.queue.Workers;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Running controllers and what they need, closed in the reverse order of their start. */
final class Controllers implements AutoCloseable {
  private final Clock clock;
  private final Backoff backoff;
  private final Meters meters;
  private final Random random = new Random();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What was started, the last first. */
  private final Deque<Runnable> endings = new ArrayDeque<>();

  Controllers(Clock clock, Backoff backoff, Meters meters) {
    this.clock = clock;
    this.backoff = backoff;
    this.meters = meters;
    endings.push(threads::close);
  }

  /** Something else that ends with them. */
  void onClose(Runnable ending) {
    endings.push(ending);
  }

  /** Starts a controller that looks at so many keys at a time. */
  void run(Controller controller, int workers) {
    WorkQueue<Key> queue = new WorkQueue<>(clock);
    Workers<Key> running =
        new Workers<>(
                queue, new Metered(new SoonAfterConflict(controller), meters), backoff, random)
            .start(workers, threads);
    endings.push(running::close);
    controller.watch(queue::add).forEach(subscription -> endings.push(subscription::close));
  }

  /** Stops the watches, waits until each worker has ended what it is doing. */
  @Override
  public void close() {
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
