package dev.berth.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.harness.DockerEngine;
import dev.berth.e2e.harness.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The engine that builds an image, beside others who work on the same machine. */
class EngineE2E {
  @Test
  void a_volume_that_is_unmounted_while_an_engine_runs_is_free() {
    assumeTrue(Files.isWritable(Path.of("/dev")), "SKIPPED: an engine needs root");
    try (Scratch scratch = new Scratch()) {
      DockerEngine engine;
      Path folder;
      try (Scratch elsewhere = new Scratch()) {
        folder = elsewhere.root();
        assertThat(elsewhere.filesystem("xfs", "volume", 320).mountPoint()).exists();
        engine = scratch.own(DockerEngine.start(scratch.root().resolve("docker")));
      }
      Awaitility.await("nobody holds it any more")
          .until(() -> Scratch.loopsBelow(folder).isEmpty());
      assertThat(engine.ask("version").exit()).as("the engine still runs").isZero();
    }
  }
}
