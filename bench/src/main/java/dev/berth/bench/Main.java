package dev.berth.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * {@code ./dev bench [VOLUMES] [start|volumes|snapshots]}: prints every measurement that the design
 * has a budget for and that exists today, or one of them.
 */
public final class Main {
  private static final int VOLUMES = 500;
  private static final List<String> ALL = List.of("start", "volumes", "snapshots");

  private Main() {}

  /**
   * Takes how many volumes to measure with and what to measure; the property {@code berth.launcher}
   * says where the launcher is.
   */
  public static void main(String[] arguments) throws IOException {
    List<String> words = Arrays.stream(arguments).filter(a -> !isNumber(a)).toList();
    if (!ALL.containsAll(words)) {
      throw new IllegalArgumentException(words + ": can be measured: " + ALL);
    }
    int volumes =
        Arrays.stream(arguments)
            .filter(Main::isNumber)
            .mapToInt(Integer::parseInt)
            .findFirst()
            .orElse(VOLUMES);
    List<String> wanted = words.isEmpty() ? ALL : words;
    String launcher =
        Objects.requireNonNull(
            System.getProperty("berth.launcher"), "berth.launcher is not set; ./dev bench sets it");
    Path home = Objects.requireNonNull(Path.of(launcher).toRealPath().getParent());
    try (Workbench bench = new Workbench(home)) {
      if (wanted.contains("start")) {
        new StartBench(bench, System.out).run();
      }
      if (wanted.contains("volumes")) {
        new VolumesBench(bench, System.out).run(volumes);
      }
      if (wanted.contains("snapshots")) {
        new SnapshotsBench(bench, System.out).run();
      }
    }
  }

  private static boolean isNumber(String argument) {
    return argument.chars().allMatch(Character::isDigit);
  }
}
