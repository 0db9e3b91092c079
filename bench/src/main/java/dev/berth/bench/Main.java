package dev.berth.bench;

import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code ./dev bench [VOLUMES]}: prints every measurement that the design has a budget for and that
 * exists today.
 */
public final class Main {
  private static final int VOLUMES = 500;

  private Main() {}

  /** Takes the checkout's folder and, optionally, how many volumes to measure with. */
  public static void main(String[] arguments) throws IOException {
    Path checkout = Path.of(arguments[0]);
    int volumes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : VOLUMES;
    try (Workbench bench = new Workbench(checkout)) {
      new StartBench(bench, System.out).run();
      new VolumesBench(bench, System.out).run(volumes);
    }
  }
}
