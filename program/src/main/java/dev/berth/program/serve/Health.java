package dev.berth.program.serve;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Named checks, answered together as Kubernetes' own programs answer theirs. */
final class Health {
  /**
   * What the checks found.
   *
   * @param text a line for each check
   */
  record Report(boolean ok, String text) {}

  private final String name;
  private final Map<String, Supplier<Map<String, Optional<String>>>> groups = new LinkedHashMap<>();

  /**
   * No checks yet.
   *
   * @param name what is checked, for the last line of the report
   */
  Health(String name) {
    this.name = name;
  }

  /** Adds a check, which answers what is wrong. */
  Health check(String check, Supplier<Optional<String>> problem) {
    return checks(check, () -> Map.of(check, problem.get()));
  }

  /** Adds checks of which there may be several: what is wrong, by name. */
  Health checks(String group, Supplier<Map<String, Optional<String>>> problems) {
    groups.put(group, problems);
    return this;
  }

  /** Asks every check now. */
  Report report() {
    StringBuilder text = new StringBuilder();
    boolean ok = true;
    for (Supplier<Map<String, Optional<String>>> group : groups.values()) {
      for (Map.Entry<String, Optional<String>> one : new TreeMap<>(group.get()).entrySet()) {
        ok &= one.getValue().isEmpty();
        text.append(
                one.getValue()
                    .map(p -> "[-]" + one.getKey() + ": " + p)
                    .orElse("[+]" + one.getKey() + " ok"))
            .append('\n');
      }
    }
    return new Report(ok, text.append(name).append(ok ? " passed\n" : " failed\n").toString());
  }
}
