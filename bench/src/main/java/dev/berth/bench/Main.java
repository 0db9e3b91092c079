package dev.berth.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * {@code ./dev bench [VOLUMES]}: prints every measurement that the design has a budget for and that
 * exists today.
 */
public final class Main {
  private static final int VOLUMES = 500;

  private Main() {}

  /**
   * Takes how many volumes to measure with; the property {@code berth.launcher} says where the
   * launcher is.
   */
  public static void main(String[] arguments) throws IOException {
    int volumes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : VOLUMES;
    String launcher =
        Objects.requireNonNull(
            System.getProperty("berth.launcher"), "berth.launcher is not set; ./dev bench sets it");
    Path home = Objects.requireNonNull(Path.of(launcher).toRealPath().getParent());
    try (Workbench bench = new Workbench(home)) {
      new StartBench(bench, System.out).run();
      new VolumesBench(bench, System.out).run(volumes);
    }
  }
}
