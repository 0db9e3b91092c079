package dev.berth.provisioner.simulation;

import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A cluster or a machine, its people and its drivers; nothing happens but by a move. */
final class World implements AutoCloseable {
  /** What kind of world it is. */
  record Settings(Form form, boolean lagging, Plant plant) {
    /** A machine without Kubernetes: its caches have everything, its watchers hear it later. */
    static final Settings MACHINE = new Settings(Form.MACHINE, false, Plant.NONE);

    /** Two nodes and the controller role in a cluster, each with caches of its own that lag. */
    static final Settings FLEET = new Settings(Form.FLEET, true, Plant.NONE);

    static Settings of(Form form) {
      return switch (form) {
        case MACHINE -> MACHINE;
        case FLEET -> FLEET;
      };
    }

    Settings with(Plant bug) {
      return new Settings(form, lagging, bug);
    }
  }

  /** What processes share. */
  record Shared(MemoryStore store, VirtualTime time, BooleanSupplier guarded) {}

  private final Form form;
  private final VirtualTime time = new VirtualTime();
  private final MemoryStore store = new MemoryStore(time);
  private final Map<String, SimulatedDriver> drivers = new TreeMap<>();
  private final Kubelet kubelet = new Kubelet(store, this::staged);
  private final Stead stead = new Stead(store, FakeCsi.NAME);
  private final Nodes nodes = new Nodes(store, time);
  private final Invariants invariants;
  private final Users users;
  private final List<Instance> processes = new ArrayList<>();
  private boolean guarded = true;

  World(Settings settings) {
    this.form = settings.form();
    form.nodes().forEach(node -> drivers.put(node, driver(node)));
    this.invariants =
        new Invariants(
            store,
            drivers.values(),
            kubelet,
            (node, handle) -> nodes.everLost(node) || letGoOf(handle));
    this.users = new Users(store, form.byHand().map(drivers::get), drivers.values());
    users.prepare();
    drivers.keySet().forEach(nodes::comes);
    for (String name : form.processes()) {
      SimulatedDriver driver = drivers.getOrDefault(name, drivers.values().iterator().next());
      processes.add(new Instance(name, settings, driver, new Shared(store, time, this::guarded)));
    }
  }

  private SimulatedDriver driver(String node) {
    var notes = new SimulatedPool.Notes(time, this::beforeTrash);
    SimulatedDriver driver = new SimulatedDriver(node, this::beforeDelete, notes);
    notes.find(driver, Invariants.here(store));
    return driver;
  }

  private void beforeTrash(String handle, long looked) {
    invariants.beforeTrash(handle, looked);
  }

  private boolean letGoOf(String handle) {
    return users.letGoOf(handle);
  }

  /** Whether claims may be bound directly. */
  private boolean guarded() {
    return guarded;
  }

  /** Whoever stages a volume writes down first that it is somebody's. */
  private void staged(String handle) {
    drivers.values().stream()
        .filter(driver -> driver.volumes().containsKey(handle))
        .forEach(driver -> driver.notes().acknowledge(handle));
    invariants().staged(handle);
  }

  private void beforeDelete(String id) {
    invariants.beforeDelete(id);
  }

  Form form() {
    return form;
  }

  MemoryStore store() {
    return store;
  }

  List<SimulatedDriver> drivers() {
    return List.copyOf(drivers.values());
  }

  Kubelet kubelet() {
    return kubelet;
  }

  Nodes nodes() {
    return nodes;
  }

  Invariants invariants() {
    return invariants;
  }

  List<Instance> processes() {
    return processes;
  }

  /** Another number whenever anything has changed that rules are about. */
  long changes() {
    return store.revision()
        + kubelet.changes()
        + drivers.values().stream().mapToInt(SimulatedDriver::changes).sum();
  }

  Instant now() {
    return time.instant();
  }

  /** What kube-controller-manager and kube-scheduler could do now, where there are any. */
  List<Move> controls() {
    return form == Form.FLEET ? stead.due() : List.of();
  }

  /** When somebody has something to do; empty when nobody waits for the time. */
  Optional<Instant> nextDue() {
    return processes.stream()
        .flatMap(process -> process.nextDue().stream())
        .min(Comparator.naturalOrder());
  }

  /** Makes a move; false where it cannot be made. */
  boolean make(Move move) {
    boolean made =
        switch (move) {
          case Move.Go(String worker, Fault fault) -> go(worker, fault);
          case Move.Hear(String name, int watcher) -> hear(process(name), watcher);
          case Move.See(String name, int cache) -> see(process(name), cache);
          case Move.Repeat(String name, String claim) -> repeat(process(name), claim);
          case Move.Kill(String name) -> process(name).restart();
          case Move.Finish(String node, String volume) ->
              Optional.ofNullable(drivers.get(node)).filter(d -> d.finish(volume)).isPresent();
          case Move.Wait() -> {
            nextDue().ifPresent(time::reach);
            yield true;
          }
          case Move.SetClock(Duration by) -> {
            time.move(by);
            yield true;
          }
          case Move.Want(Wish wish) -> users.act(wish);
          case Move.Mount(String pod) -> kubelet.act(pod);
          case Move.Control control -> stead.act(control);
          case Move.Guard(boolean inForce) -> {
            guarded = inForce;
            yield true;
          }
          case Move.Node(String name, Move.Node.State state) -> node(name, state);
        };
    if (made) {
      processes.stream()
          .map(Instance::cluster)
          .filter(cluster -> !cluster.lagging())
          .forEach(SimulatedCluster::catchUp);
    }
    return made;
  }

  private boolean node(String name, Move.Node.State state) {
    boolean away = nodes.away().contains(name);
    return switch (state) {
      case AWAY -> {
        process(name).stop();
        nodes.goes(name);
        yield true;
      }
      case BACK -> {
        if (away) {
          nodes.comes(name);
          process(name).begin();
        }
        yield away;
      }
      case REMOVED -> nodes.removed(name);
    };
  }

  private Instance process(String name) {
    return processes.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private Optional<Instance.Worker> worker(String name) {
    return processes.stream()
        .flatMap(process -> process.workers().stream())
        .filter(worker -> worker.name().equals(name))
        .findFirst();
  }

  private boolean go(String name, Fault fault) {
    Optional<Instance.Worker> worker = worker(name).filter(Instance.Worker::ready);
    worker.ifPresent(ready -> process(name.substring(0, name.indexOf('/'))).go(ready, fault));
    return worker.isPresent();
  }

  private static boolean hear(Instance process, int watcher) {
    var watchers = process.cluster().watchers();
    return watcher < watchers.size() && watchers.get(watcher).step();
  }

  private static boolean see(Instance process, int cache) {
    View<?> view = process.cluster().views().get(cache);
    if (!view.behind()) {
      return false;
    }
    view.advance();
    return true;
  }

  private static boolean repeat(Instance process, String claim) {
    process.cluster().view(Kind.CLAIM).repeat(Key.of("default", claim));
    return true;
  }

  /** Where a worker stands, for the trace. */
  Optional<Point> pointOf(String name) {
    return worker(name).map(worker -> worker.fiber().point());
  }

  @Override
  public void close() {
    processes.forEach(Instance::stop);
  }
}
