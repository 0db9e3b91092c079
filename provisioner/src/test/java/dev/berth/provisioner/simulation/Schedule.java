package dev.berth.provisioner.simulation;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses what happens next. Each seed has its own habits: in some nothing fails and everything
 * interleaves, in others the driver is ill, or the process hardly lives.
 */
final class Schedule {
  private static final List<Integer> RATES = List.of(0, 5, 30, 150);

  /** Drivers are called much less often than the cluster. */
  private static final List<Integer> DRIVER_RATES = List.of(0, 50, 200, 500);

  private static final List<Status.Code> CODES =
      List.of(Status.Code.values()).stream().filter(code -> code != Status.Code.OK).toList();
  private static final List<Status.Code> UNCERTAIN =
      List.of(
          Status.Code.CANCELLED,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNAVAILABLE,
          Status.Code.ABORTED);
  private static final List<Duration> JUMPS =
      List.of(
          Duration.ofSeconds(-90),
          Duration.ofMillis(-10),
          Duration.ofMillis(700),
          Duration.ofMinutes(7),
          Duration.ofHours(30));

  private final Chance chance;
  private final Wishes wishes;
  private final int clusterFaults;
  private final int driverFaults;
  private final int crashes;
  private final int nodeLosses;
  private final int guardChanges;
  private final int wants;
  private final int lag;

  Schedule(Chance chance) {
    this.chance = chance;
    this.wishes = new Wishes(chance);
    this.clusterFaults = chance.of(RATES);
    this.driverFaults = chance.of(DRIVER_RATES);
    this.crashes = chance.of(List.of(0, 1, 4, 12));
    this.nodeLosses = chance.of(List.of(0, 0, 2, 8));
    this.guardChanges = chance.of(List.of(0, 0, 4, 10));
    this.wants = chance.of(List.of(20, 60, 120));
    this.lag = chance.of(List.of(100, 300, 600));
  }

  Move next(World world) {
    if (chance.perMille(crashes)) {
      return new Move.Kill(chance.of(world.processes()).name());
    }
    if (chance.perMille(3)) {
      return new Move.SetClock(chance.of(JUMPS));
    }
    if (world.form() == Form.FLEET && chance.perMille(nodeLosses)) {
      return new Move.Node(
          chance.of(world.form().nodes()), chance.of(List.of(Move.Node.State.values())));
    }
    if (world.form() == Form.FLEET && chance.perMille(guardChanges)) {
      return new Move.Guard(chance.perMille(500));
    }
    if (chance.perMille(wants)) {
      return new Move.Want(wishes.next());
    }
    List<Instance.Worker> ready = ready(world);
    List<Move> told = told(world);
    if (!told.isEmpty() && (ready.isEmpty() || chance.perMille(lag))) {
      return chance.of(told);
    }
    if (!ready.isEmpty()) {
      Instance.Worker worker = chance.of(ready);
      return new Move.Go(worker.name(), fault(worker.fiber().point().stage()));
    }
    return world.nextDue().isPresent() ? new Move.Wait() : new Move.Want(wishes.next());
  }

  private static List<Instance.Worker> ready(World world) {
    List<Instance.Worker> ready = new ArrayList<>();
    for (Instance process : world.processes()) {
      for (Instance.Worker worker : process.workers()) {
        if (worker.ready()) {
          ready.add(worker);
        }
      }
    }
    return ready;
  }

  /** What anybody could be told, and what goes on without the controllers. */
  private List<Move> told(World world) {
    List<Move> moves = new ArrayList<>(Rest.told(world));
    if (!moves.isEmpty() && chance.perMille(20)) {
      moves.add(new Move.Repeat(chance.of(world.processes()).name(), wishes.claim()));
    }
    return moves;
  }

  private Fault fault(Point.Stage stage) {
    return switch (stage) {
      case IDLE, CALM -> Fault.none();
      case LIVE -> cluster(List.of(new Fault.Unavailable()));
      case WRITE -> cluster(List.of(new Fault.Unavailable(), new Fault.LostReply()));
      case REPLACE ->
          cluster(List.of(new Fault.Unavailable(), new Fault.LostReply(), new Fault.Conflict()));
      case CALL -> driver(new Fault.Refused(chance.of(CODES)));
      case DURING -> driver(new Fault.GoesOn(chance.of(UNCERTAIN)));
      case ANSWER -> driver(new Fault.LostReply());
    };
  }

  private Fault cluster(List<Fault> faults) {
    return chance.perMille(clusterFaults) ? chance.of(faults) : Fault.none();
  }

  private Fault driver(Fault fault) {
    return chance.perMille(driverFaults) ? fault : Fault.none();
  }

  /** When everything works: one thing after the other, and never a fault. */
  static final class Rest {
    private int turn;

    /** The next thing that happens by itself; empty when nobody has anything to do now. */
    Optional<Move> next(World world) {
      if (!world.nodes().away().isEmpty()) {
        return Optional.of(new Move.Node(world.nodes().away().first(), Move.Node.State.BACK));
      }
      List<Move> moves = new ArrayList<>(told(world));
      ready(world).forEach(worker -> moves.add(new Move.Go(worker.name(), Fault.none())));
      return moves.isEmpty()
          ? Optional.empty()
          : Optional.of(moves.get(Math.floorMod(turn++, moves.size())));
    }

    static List<Move> told(World world) {
      List<Move> moves = new ArrayList<>();
      for (Instance process : world.processes()) {
        SimulatedCluster cluster = process.cluster();
        for (int i = 0; i < cluster.watchers().size(); i++) {
          if (cluster.watchers().get(i).behind()) {
            moves.add(new Move.Hear(process.name(), i));
          }
        }
        for (int i = 0; cluster.lagging() && i < cluster.views().size(); i++) {
          if (cluster.views().get(i).behind()) {
            moves.add(new Move.See(process.name(), i));
          }
        }
      }
      for (SimulatedDriver driver : world.drivers()) {
        driver.unattended().forEach(id -> moves.add(new Move.Finish(driver.node(), id)));
      }
      moves.addAll(world.controls());
      world.kubelet().due().forEach(pod -> moves.add(new Move.Mount(pod)));
      return moves;
    }
  }
}
