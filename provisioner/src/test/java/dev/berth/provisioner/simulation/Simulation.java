package dev.berth.provisioner.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One run of a world: moves until enough have been made or a rule is broken, then rest. */
final class Simulation {
  /** Long enough for every slow retry to come round, and for a look through the pools. */
  private static final Duration REST = Duration.ofMinutes(15);

  /** Passed over at once: then what has leaked is old enough to be told from what is on its way. */
  private static final Duration GRACE = Duration.ofHours(1);

  /** Who has so much to do when nothing fails any more will never come to rest. */
  private static final int MOST_MOVES_TO_REST = 60_000;

  /** What came of a run. */
  record Result(int steps, Optional<Violation> violation, Trace trace) {}

  private final World world;
  private final Trace trace = new Trace();
  private final AtRest rest;
  private int steps;
  private long changes = -1;

  private Simulation(World world) {
    this.world = world;
    this.rest = new AtRest(world.form(), world.store(), world.invariants(), world::now);
  }

  /** So many moves as the seed wants them, and rest. */
  static Result run(long seed, int moves, World.Settings settings) {
    try (Quiet _ = new Quiet();
        World world = new World(settings)) {
      Simulation run = new Simulation(world);
      Schedule schedule = new Schedule(new Chance(seed));
      Optional<Violation> violation = Optional.empty();
      for (int i = 0; i < moves && violation.isEmpty(); i++) {
        violation = run.make(schedule.next(world), true);
      }
      return run.end(violation);
    }
  }

  /** These moves, as far as they can be made, and rest. */
  static Result replay(List<Move> moves, World.Settings settings) {
    try (Quiet _ = new Quiet();
        World world = new World(settings)) {
      Simulation run = new Simulation(world);
      Optional<Violation> violation = Optional.empty();
      for (int i = 0; i < moves.size() && violation.isEmpty(); i++) {
        violation = run.make(moves.get(i), true);
      }
      return run.end(violation);
    }
  }

  private Result end(Optional<Violation> violation) {
    Optional<Violation> all = violation.or(this::comeToRest);
    return new Result(steps, all, trace);
  }

  private Optional<Violation> make(Move move, boolean kept) {
    String before = kept ? words(move) : "";
    boolean made = world.make(move);
    steps++;
    if (kept) { // also what was refused: it may have drawn a name
      trace.add(move, made ? before : before + " (cannot be)");
    }
    long now = world.changes();
    if (now == changes) {
      return Optional.empty();
    }
    changes = now;
    return world.invariants().check();
  }

  private String words(Move move) {
    return switch (move) {
      case Move.Go(String worker, Fault fault) ->
          worker
              + ": "
              + world.pointOf(worker).map(Point::toString).orElse("?")
              + (fault instanceof Fault.None ? "" : " -> " + fault.kind());
      case Move.Want(Wish wish) -> "user: " + wish;
      case Move.Hear _,
          Move.Control _,
          Move.Node _,
          Move.See _,
          Move.Repeat _,
          Move.Kill _,
          Move.Finish _,
          Move.Wait _,
          Move.SetClock _,
          Move.Guard _,
          Move.Mount _ ->
          move.toString();
    };
  }

  private Optional<Violation> comeToRest() {
    return settle()
        .or(() -> make(new Move.SetClock(GRACE), false))
        .or(this::settle)
        .or(rest::check);
  }

  private Optional<Violation> settle() {
    Schedule.Rest quiet = new Schedule.Rest();
    Instant end = world.now().plus(REST);
    for (int i = 0; i < MOST_MOVES_TO_REST; i++) {
      Optional<Move> next = quiet.next(world);
      if (next.isEmpty()) {
        Optional<Instant> due = world.nextDue();
        if (due.isEmpty() || due.get().isAfter(end)) {
          return Optional.empty();
        }
        next = Optional.of(new Move.Wait());
      }
      Optional<Violation> violation = make(next.get(), false);
      if (violation.isPresent()) {
        return violation;
      }
    }
    return Optional.of(new Violation("everything comes to rest", "it does not"));
  }
}
