package dev.berth.provisioner.simulation;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Seeds one after the other, with progress and a summary. */
final class Simulate {
  /** What was asked for: so many seeds, or as many as come in the time. */
  record Order(long firstSeed, int seeds, int steps, Duration atMost) {}

  /** What came of it. */
  record Summary(int seeds, long steps, Map<String, Integer> faults, int failures) {}

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final Duration SHRINKING = Duration.ofSeconds(60);

  private final PrintStream out;
  private final World.Settings settings;

  Simulate(PrintStream out, World.Settings settings) {
    this.out = out;
    this.settings = settings;
  }

  Summary run(Order order) {
    Map<String, Integer> faults = new TreeMap<>();
    long start = System.nanoTime();
    long told = start;
    long steps = 0;
    int seeds = 0;
    int failures = 0;
    while (seeds < order.seeds() && System.nanoTime() - start < order.atMost().toNanos()) {
      long seed = order.firstSeed() + seeds;
      Simulation.Result result = Simulation.run(seed, order.steps(), settings);
      seeds++;
      steps += result.steps();
      result.trace().faults().forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
      if (result.violation().isPresent()) {
        failures++;
        tell(seed, result);
      }
      if (System.nanoTime() - told > BETWEEN_LINES.toNanos()) {
        told = System.nanoTime();
        out.printf("%s, %d violations%n", pace(seeds, steps, told - start), failures);
      }
    }
    out.printf("simulated %s%n", pace(seeds, steps, System.nanoTime() - start));
    faults.forEach((kind, count) -> out.printf("  %7d  %s%n", count, kind));
    out.printf("violations: %d%n", failures);
    return new Summary(seeds, steps, faults, failures);
  }

  private static String pace(int seeds, long steps, long nanos) {
    double seconds = Math.max(nanos, 1) / 1e9;
    return "%d seeds, %d steps in %.1f s, %.0f steps/s"
        .formatted(seeds, steps, seconds, steps / seconds);
  }

  private void tell(long seed, Simulation.Result result) {
    out.printf("seed %d breaks a rule: %s%n", seed, result.violation().orElseThrow());
    Simulation.Result least = Shrinker.shrink(result, settings, SHRINKING);
    out.printf(
        "  shortest trace found, %d of %d moves: %s%n",
        least.trace().moves().size(),
        result.trace().moves().size(),
        least.violation().orElseThrow());
    least.trace().lines().forEach(line -> out.println("    " + line));
  }

  /** For {@code ./dev simulate}. */
  public static void main(String[] arguments) {
    int failures = 0;
    Order order = order(arguments);
    for (Form form : Form.values()) {
      System.out.println(form + ", " + order.seeds() + " seeds of " + order.steps() + " steps:");
      failures += new Simulate(System.out, World.Settings.of(form)).run(order).failures();
    }
    System.exit(failures == 0 ? 0 : 1);
  }

  private static Order order(String[] arguments) {
    Map<String, Long> given = new TreeMap<>(Map.of("--seeds", 200L, "--steps", 400L, "--seed", 1L));
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      if (!given.containsKey(arguments[i])) {
        throw new IllegalArgumentException(arguments[i] + ": known are " + given.keySet());
      }
      given.put(arguments[i], Long.valueOf(arguments[i + 1]));
    }
    return new Order(
        get(given, "--seed"),
        (int) get(given, "--seeds"),
        (int) get(given, "--steps"),
        Duration.ofDays(1));
  }

  private static long get(Map<String, Long> given, String name) {
    return requireNonNull(given.get(name));
  }
}
