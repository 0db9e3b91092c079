package dev.berth.e2e.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/** The container image of this checkout, as {@code ./dev image} builds it from the Dockerfile. */
public final class BerthImage {
  /** The name under which the archive holds it. */
  public static final String NAME = "berth:dev";

  /** What {@code ./dev image} ends with where this machine has no engine and can get none. */
  private static final int NO_ENGINE = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(9);

  private BerthImage() {}

  /**
   * The archive, to be loaded into an engine; taken from the cache when nothing has changed. Where
   * it cannot be built because there is no engine, the calling test is skipped, and says why.
   */
  public static Path archive() {
    Shell.Answer answer =
        Shell.ask(
            PATIENCE,
            "env",
            "BERTH_APP=" + Repository.root().resolve("program/target"),
            "BERTH_JAVA_HOME=" + System.getProperty("java.home"),
            Repository.root().resolve("dev").toString(),
            "image",
            "--tag",
            NAME);
    if (answer.exit() == NO_ENGINE) {
      String why = "SKIPPED: the image cannot be built here: " + answer.output().strip();
      System.out.println(why);
      Assumptions.abort(why);
    }
    if (answer.exit() != 0) {
      throw new IllegalStateException("./dev image: " + answer.output());
    }
    System.out.print(answer.output());
    Path archive = Path.of(answer.lines().getLast());
    if (!Files.isRegularFile(archive)) {
      throw new IllegalStateException("./dev image printed no path: " + answer.output());
    }
    return archive;
  }
}
