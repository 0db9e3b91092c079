package dev.berth.e2e.harness;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the checkout is, found from the folder that the tests run in. */
public final class Repository {
  private Repository() {}

  /** The folder that holds the launcher and the modules. */
  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path dir = here; dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve("csi-proto/pom.xml"))) {
        return dir;
      }
    }
    throw new IllegalStateException("no checkout of Berth above " + here);
  }
}
