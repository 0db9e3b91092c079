package dev.berth.e2e.kubernetes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every phase that every claim of a namespace goes through, as a watch of kubectl reports it. */
final class PhaseWatch implements AutoCloseable {
  /**
   * A phase and when it was seen.
   *
   * @param nanos of {@link System#nanoTime()}
   */
  record Seen(String phase, long nanos) {}

  private final Process kubectl;
  private final Map<String, List<Seen>> seen = new ConcurrentHashMap<>();
  private final Thread reader;

  private PhaseWatch(Process kubectl) {
    this.kubectl = kubectl;
    this.reader = Thread.ofPlatform().name("phases").start(this::read);
  }

  static PhaseWatch of(RealCluster cluster, Namespace namespace) {
    return new PhaseWatch(
        cluster
            .kubectl()
            .start(
                "-n",
                namespace.name(),
                "get",
                "pvc",
                "--watch",
                "-o",
                "jsonpath={.metadata.name} {.status.phase}{\"\\n\"}"));
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(kubectl.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        if (words.length == 2) {
          note(words[0], new Seen(words[1], System.nanoTime()));
        }
      }
    } catch (IOException _) {
      // The stream ends with the process.
    }
  }

  private void note(String claim, Seen now) {
    List<Seen> phases = seen.computeIfAbsent(claim, _ -> new CopyOnWriteArrayList<>());
    if (phases.isEmpty() || !phases.getLast().phase().equals(now.phase())) {
      phases.add(now);
    }
  }

  /** How many claims are Bound now. */
  long bound() {
    return seen.values().stream()
        .filter(phases -> phases.getLast().phase().equals("Bound"))
        .count();
  }

  /** Claims that were Bound and then something else, with what they went through. */
  List<String> unbound() {
    List<String> found = new ArrayList<>();
    seen.forEach(
        (claim, phases) -> {
          List<String> names = phases.stream().map(Seen::phase).toList();
          int first = names.indexOf("Bound");
          if (first >= 0 && first < names.size() - 1) {
            found.add(claim + ": " + names);
          }
        });
    return found;
  }

  /** Seconds from the first sight of each claim to Bound, in rising order. */
  List<Double> secondsToBound() {
    return seen.values().stream()
        .map(phases -> (at(phases, "Bound") - phases.getFirst().nanos()) / 1e9)
        .sorted()
        .toList();
  }

  /** Seconds from the first sight of any claim to the last that became Bound. */
  double secondsInAll() {
    long first = seen.values().stream().mapToLong(p -> p.getFirst().nanos()).min().orElseThrow();
    long last = seen.values().stream().mapToLong(p -> at(p, "Bound")).max().orElseThrow();
    return (last - first) / 1e9;
  }

  /** Seconds between the first sights of the first claim and the last. */
  double secondsOfCreation() {
    LongSummaryStatistics created =
        seen.values().stream().mapToLong(p -> p.getFirst().nanos()).summaryStatistics();
    return (created.getMax() - created.getMin()) / 1e9;
  }

  private static long at(List<Seen> phases, String phase) {
    return phases.stream()
        .filter(seen -> seen.phase().equals(phase))
        .mapToLong(Seen::nanos)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    kubectl.destroy();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
