package dev.berth.provisioner.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Leaves moves out of a trace as long as what is left breaks the same rule (delta debugging). */
final class Shrinker {
  private final World.Settings settings;
  private final String rule;
  private final long until;

  private Shrinker(World.Settings settings, String rule, Duration patience) {
    this.settings = settings;
    this.rule = rule;
    this.until = System.nanoTime() + patience.toNanos();
  }

  /** The shortest trace that could be found in this time; it breaks the same rule. */
  static Simulation.Result shrink(
      Simulation.Result failed, World.Settings settings, Duration patience) {
    String rule = failed.violation().orElseThrow().rule();
    return new Shrinker(settings, rule, patience).shrink(failed);
  }

  private Simulation.Result shrink(Simulation.Result failed) {
    Simulation.Result best = failed;
    int size = Math.max(1, best.trace().moves().size() / 2);
    while (true) {
      boolean better = false;
      for (int from = 0; from < best.trace().moves().size() && !late(); ) {
        List<Move> fewer = without(best.trace().moves(), from, size);
        Simulation.Result result = Simulation.replay(fewer, settings);
        if (result.violation().filter(v -> v.rule().equals(rule)).isPresent()
            && result.trace().moves().size() < best.trace().moves().size()) {
          best = result;
          better = true;
        } else {
          from += size;
        }
      }
      if (late() || (size == 1 && !better)) {
        return best;
      }
      size = better && size == 1 ? 1 : Math.max(1, size / 2);
    }
  }

  private boolean late() {
    return System.nanoTime() > until;
  }

  private static List<Move> without(List<Move> moves, int from, int size) {
    List<Move> fewer = new ArrayList<>(moves.subList(0, from));
    fewer.addAll(moves.subList(Math.min(moves.size(), from + size), moves.size()));
    return fewer;
  }
}
