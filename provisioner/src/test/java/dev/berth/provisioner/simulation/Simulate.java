package dev.berth.provisioner.simulation;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Seeds one after the other, with progress and a summary. */
final class Simulate {
  /** What was asked for: so many seeds, or as many as come in the time. */
  record Order(long firstSeed, int seeds, int steps, Duration atMost) {}

  /** What came of it. */
  record Summary(int seeds, long steps, Map<String, Integer> faults, int failures) {}

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final Duration SHRINKING = Duration.ofSeconds(60);

  private final PrintStream out;
  private final String title;
  private final World.Settings settings;

  /**
   * A run that tells how it goes.
   *
   * @param title what each of its lines begins with
   */
  Simulate(PrintStream out, String title, World.Settings settings) {
    this.out = out;
    this.title = title;
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
        out.printf("%s%s, %d violations%n", title, pace(seeds, steps, told - start), failures);
      }
    }
    String came =
        "%ssimulated %s%n".formatted(title, pace(seeds, steps, System.nanoTime() - start));
    String lines =
        faults.entrySet().stream()
            .map(fault -> "  %7d  %s%n".formatted(fault.getValue(), fault.getKey()))
            .collect(Collectors.joining());
    out.printf("%s%s%sviolations: %d%n", came, lines, title, failures);
    return new Summary(seeds, steps, faults, failures);
  }

  private static String pace(int seeds, long steps, long nanos) {
    double seconds = Math.max(nanos, 1) / 1e9;
    return "%d seeds, %d steps in %.1f s, %.0f steps/s"
        .formatted(seeds, steps, seconds, steps / seconds);
  }

  private void tell(long seed, Simulation.Result result) {
    out.printf("%sseed %d breaks a rule: %s%n", title, seed, result.violation().orElseThrow());
    Simulation.Result least = Shrinker.shrink(result, settings, SHRINKING);
    StringBuilder text = new StringBuilder();
    text.append(
        "%s  shortest trace found for seed %d, %d of %d moves: %s%n"
            .formatted(
                title,
                seed,
                least.trace().moves().size(),
                result.trace().moves().size(),
                least.violation().orElseThrow()));
    least.trace().lines().forEach(line -> text.append("    ").append(line).append('\n'));
    out.print(text); // in one piece: other forms tell at the same time
  }

  /** Every form, each on a processor of its own. */
  static Map<Form, Summary> all(PrintStream out, Order order) {
    Map<Form, Summary> summaries = new EnumMap<>(Form.class);
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<Form, Future<Summary>> running = new EnumMap<>(Form.class);
      for (Form form : Form.values()) {
        var simulate = new Simulate(out, form.name() + ": ", World.Settings.of(form));
        running.put(form, both.submit(() -> simulate.run(order)));
      }
      running.forEach((form, summary) -> summaries.put(form, get(summary)));
    }
    return summaries;
  }

  private static Summary get(Future<Summary> running) {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while it was simulated", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** For {@code ./dev simulate}. */
  public static void main(String[] arguments) {
    Order order = order(arguments);
    System.out.println(order.seeds() + " seeds of " + order.steps() + " moves in each form:");
    int failures = all(System.out, order).values().stream().mapToInt(Summary::failures).sum();
    System.exit(failures == 0 ? 0 : 1);
  }

  private static Order order(String[] arguments) {
    Map<String, Long> given = new TreeMap<>(Map.of("--seeds", 350L, "--steps", 400L, "--seed", 1L));
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
