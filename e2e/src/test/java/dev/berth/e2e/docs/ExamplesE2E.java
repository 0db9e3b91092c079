package dev.berth.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example can be applied as it is, comes true, and can be taken away again. */
class ExamplesE2E {
  /** A folder of the host that an example makes, and that is the host's own from then on. */
  private static final Path SPOOL = Path.of("/var/tmp/berth-collector");

  static Stream<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static Path folder() {
    return Repository.root().resolve("deploy/examples");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void comes_true_and_goes_away(String example) throws IOException {
    boolean spoolWasThere = Files.exists(SPOOL);
    try {
      follow(folder().resolve(example));
    } finally {
      if (!spoolWasThere) {
        Files.deleteIfExists(SPOOL);
      }
    }
  }

  private static void follow(Path example) {
    try (Scratch scratch = new Scratch()) {
      Path root = scratch.folder("root");
      Path pool = scratch.filesystem("xfs", "disk", 2048).mountPoint();
      BerthProcess berth =
          scratch.own(
              BerthProcess.serving(
                  scratch.root().resolve("berth.log"),
                  root.resolve("berth.sock"),
                  List.of("up", "--root=" + root, "--pool=disk=" + pool, "--init")));
      berth("apply", "--root=" + root, "-f", example.toString());
      ControlClient control = new ControlClient(root);
      Awaitility.await("%s comes true".formatted(example.getFileName()))
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  list(control, "PersistentVolumeClaim").stream()
                          .allMatch(c -> c.at("/status/phase").asText().equals("Bound"))
                      && list(control, "Pod").stream()
                          .allMatch(p -> p.at("/status/reason").asText().equals("VolumesMounted")));
      berth("delete", "--root=" + root, "--wait", "-f", example.toString());
      Awaitility.await("everything is unmounted")
          .atMost(Duration.ofSeconds(60))
          .until(() -> scratch.mounts().equals(List.of(pool.toString())));
      assertThat(Scratch.loopsBelow(pool)).isEmpty();
      // What is retained stays, which is what the example of it is about.
      assertThat(list(control, "PersistentVolume"))
          .allMatch(pv -> pv.at("/spec/persistentVolumeReclaimPolicy").asText().equals("Retain"));
      assertThat(berth.stop()).isZero();
    }
  }

  private static List<JsonNode> list(ControlClient control, String kind) {
    return control.list(Request.of(Verb.GET, kind, "", ""));
  }

  private static void berth(String... arguments) {
    Shell.Answer answer = BerthProcess.run(List.of(arguments));
    assertThat(answer.exit()).as("%s", answer.output()).isZero();
  }
}
