package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.orphan.AcknowledgeController;
import dev.berth.provisioner.orphan.OrphanController;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.WorkQueue;
import dev.berth.provisioner.queue.Workers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Running controllers and what they need, closed in the reverse order of their start. */
final class Controllers implements AutoCloseable {
  /** Of all together: half of the minute that Kubernetes gives a pod to end. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Clock clock;
  private final Backoff backoff;
  private final Meters meters;
  private final Random random = new Random();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What was started, the last first. */
  private final Deque<Runnable> endings = new ArrayDeque<>();

  private final Duration patience;
  private long end; // the closing thread's

  Controllers(Clock clock, Backoff backoff, Meters meters) {
    this(clock, backoff, meters, PATIENCE);
  }

  /**
   * @param patience how long all workers together are waited for
   */
  Controllers(Clock clock, Backoff backoff, Meters meters, Duration patience) {
    this.clock = clock;
    this.backoff = backoff;
    this.meters = meters;
    this.patience = patience;
    endings.push(threads::shutdown); // a worker that was not waited for ends with the process
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
                queue,
                new Metered(new SoonAfterConflict(controller), meters, queue::size),
                backoff,
                random)
            .start(workers, threads);
    endings.push(() -> running.close(Duration.ofNanos(end - System.nanoTime())));
    meters.record(Meter.QUEUE_DEPTH, 0, controller.name());
    controller
        .watch(add(controller, queue))
        .forEach(subscription -> endings.push(subscription::close));
  }

  /** Tells how many wait, too: while all workers are busy nobody else would. */
  private Consumer<Key> add(Controller controller, WorkQueue<Key> queue) {
    return key -> {
      queue.add(key);
      meters.record(Meter.QUEUE_DEPTH, queue.size(), controller.name());
    };
  }

  /** What looks for orphans: one worker each, for nobody waits for them. */
  static List<Staffed> staff(Orphans orphans) {
    return List.of(
        new Staffed(new AcknowledgeController(orphans), 1),
        new Staffed(new OrphanController(orphans), 1));
  }

  /** Starts what looks for orphans. */
  void run(Orphans orphans) {
    staff(orphans).forEach(staffed -> run(staffed.controller(), staffed.workers()));
  }

  /** Stops the watches, waits for a while until each worker has ended what it is doing. */
  @Override
  public void close() {
    end = System.nanoTime() + patience.toNanos();
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
