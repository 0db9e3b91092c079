package dev.berth.provisioner.simulation;

import dev.berth.provisioner.Parts;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.Deadlines;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.queue.WorkQueue;
import dev.berth.provisioner.queue.Workers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** One process with its controllers. It can be killed; what it knew is gone then. */
final class Instance {
  /** A worker of one controller. */
  record Worker(String name, Fiber fiber, WorkQueue<Key> queue) {
    boolean busy() {
      return fiber.point().stage() != Point.Stage.IDLE;
    }

    boolean ready() {
      return busy() || queue.size() > 0;
    }
  }

  /** More of them make runs slower and find nothing else: two can be in each other's way. */
  private static final int MOST_WORKERS = 2;

  /** The jitter of backoffs is the schedule's business. */
  private static final RandomGenerator NO_JITTER = () -> 0L;

  private final String name;
  private final MemoryStore store;
  private final SimulatedDriver driver;
  private final VirtualTime time;
  private final BooleanSupplier guarded;
  private final Form form;
  private final Plant plant;
  private final boolean lagging;
  private final List<Worker> workers = new ArrayList<>();
  private SimulatedCluster cluster;
  private Optional<Fiber> running = Optional.empty();

  Instance(String name, World.Settings world, SimulatedDriver driver, World.Shared shared) {
    this.name = name;
    this.store = shared.store();
    this.driver = driver;
    this.time = shared.time();
    this.guarded = shared.guarded();
    this.form = world.form();
    this.plant = world.plant();
    this.lagging = world.lagging();
    this.cluster = connect();
    start();
  }

  private SimulatedCluster connect() {
    return new SimulatedCluster(store, form.caches(name), lagging, this::pause);
  }

  String name() {
    return name;
  }

  SimulatedCluster cluster() {
    return cluster;
  }

  List<Worker> workers() {
    return workers;
  }

  private Fault pause(Point at) {
    return running.map(fiber -> fiber.pause(at)).orElse(Fault.none());
  }

  private void start() {
    Cluster seen = plant.cluster(cluster);
    CsiDriver connected =
        CsiDriver.connect(
            new DriverChannel(plant.driver(driver.answers(this::pause))), Deadlines.DEFAULT);
    var pool = new SimulatedPool(driver, this::pause, cluster::looked);
    var world = new Parts.World(name, seen, connected, pool, time, guarded);
    for (Parts.Part part : form.parts(world)) {
      WorkQueue<Key> queue = new WorkQueue<>(time);
      Workers<Key> loop =
          new Workers<>(queue, plant.reconciler(part.reconciler()), Backoff.DEFAULT, NO_JITTER);
      for (int i = 0; i < Math.min(MOST_WORKERS, part.workers()); i++) {
        workers.add(worker(part, i, queue, loop));
      }
      var _ = part.controller().watch(queue::add);
    }
  }

  private Worker worker(Parts.Part part, int number, WorkQueue<Key> queue, Workers<Key> loop) {
    String title = name + "/" + part.controller().name().replace(' ', '-') + "/" + number;
    return new Worker(title, new Fiber(title, () -> work(loop)), queue);
  }

  private void work(Workers<Key> loop) {
    while (true) {
      loop.step();
      var _ = pause(Point.IDLE);
    }
  }

  void go(Worker worker, Fault fault) {
    running = Optional.of(worker.fiber());
    try {
      worker.fiber().go(fault);
    } finally {
      running = Optional.empty();
    }
  }

  /** Killed, and started again: nothing of what was in memory is left. */
  boolean restart() {
    boolean alive = !workers.isEmpty();
    if (alive) {
      stop();
      begin();
    }
    return alive;
  }

  /** Started after it was stopped. */
  void begin() {
    cluster = connect();
    start();
  }

  void stop() {
    for (Worker worker : workers) {
      running = Optional.of(worker.fiber());
      worker.fiber().kill();
    }
    running = Optional.empty();
    workers.clear();
    cluster.close();
  }

  /** When the next of its delayed keys is due. */
  Optional<Instant> nextDue() {
    return workers.stream()
        .flatMap(worker -> worker.queue().nextDue().stream())
        .min(Comparator.naturalOrder());
  }
}
