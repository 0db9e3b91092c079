package dev.berth.e2e.badinput;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.TreeMap;

/** How many rows of bad input were checked; printed when the last test of the JVM has ended. */
final class Tally implements AutoCloseable {
  @GuardedBy("this")
  private final Map<String, Integer> rows = new TreeMap<>();

  synchronized void add(String table) {
    rows.merge(table, 1, Integer::sum);
  }

  @Override
  public synchronized void close() {
    int all = rows.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println("bad input: " + all + " rows checked " + rows);
  }
}
