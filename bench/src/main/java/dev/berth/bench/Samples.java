package dev.berth.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Durations in nanoseconds by step, in the order in which the steps were first seen. */
final class Samples {
  private final Map<String, List<Long>> steps = new LinkedHashMap<>();

  void add(String step, long nanos) {
    steps.computeIfAbsent(step, s -> new ArrayList<>()).add(nanos);
  }

  void addAll(Samples other) {
    other.steps.forEach((step, times) -> times.forEach(time -> add(step, time)));
  }

  /** Runs {@code work} and keeps its time. */
  void time(String step, Runnable work) {
    long began = System.nanoTime();
    work.run();
    add(step, System.nanoTime() - began);
  }

  List<String> names() {
    return List.copyOf(steps.keySet());
  }

  int count(String step) {
    return steps.getOrDefault(step, List.of()).size();
  }

  /** The {@code percent}-th percentile in milliseconds, nearest rank. */
  double percentile(String step, int percent) {
    List<Long> sorted = steps.getOrDefault(step, List.of()).stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured for " + step);
    }
    int rank = Math.max(1, Math.ceilDiv(sorted.size() * percent, 100));
    return sorted.get(rank - 1) / 1e6;
  }

  /** The mean in milliseconds. */
  double mean(String step) {
    return steps.getOrDefault(step, List.of()).stream()
            .mapToLong(Long::longValue)
            .average()
            .orElseThrow()
        / 1e6;
  }
}
