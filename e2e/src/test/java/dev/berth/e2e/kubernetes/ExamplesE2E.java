package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example is applied as it is: its claims are bound, its pods run and write. */
@ExtendWith(SharedCluster.class)
class ExamplesE2E {
  static List<String> examples() throws IOException {
    Path folder = Repository.root().resolve("deploy/examples");
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList();
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void comes_true_in_a_cluster(String example, RealCluster cluster) throws IOException {
    String file = Repository.root().resolve("deploy/examples").resolve(example).toString();
    try (Namespace here = new Namespace(cluster, example.replaceAll("[^a-z0-9]+", "-"))) {
      here.kubectl("apply", "-f", file);
      Awaitility.await("pods of " + example)
          .atMost(Namespace.PATIENCE)
          .until(() -> here.list("pods").size() == podsOf(Files.readString(Path.of(file)), here));
      for (JsonNode pod : here.list("pods")) {
        here.ready(pod.at("/metadata/name").asText());
        writes(here, pod);
      }
      for (JsonNode claim : here.list("pvc")) {
        here.await("jsonpath={.status.phase}=Bound", "pvc/" + claim.at("/metadata/name").asText());
      }
      // What is retained would stay: the policy of a volume is its owner's to change.
      for (String volume : here.volumes()) {
        here.kubectl(
            "patch", "pv", volume, "-p={\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}");
      }
    }
  }

  /** A workload's controller makes its pods a moment later, one after the other. */
  private static int podsOf(String manifest, Namespace here) {
    int alone = (int) manifest.lines().filter("kind: Pod"::equals).count();
    return alone
        + here.list("statefulsets,deployments").stream()
            .mapToInt(workload -> workload.at("/spec/replicas").asInt())
            .sum();
  }

  private static void writes(Namespace here, JsonNode pod) {
    String name = pod.at("/metadata/name").asText();
    for (JsonNode mount : pod.at("/spec/containers/0/volumeMounts")) {
      String path = mount.get("mountPath").asText();
      if (!mount.path("readOnly").asBoolean() && !path.startsWith("/var/run/secrets")) {
        assertThat(here.sh(name, "echo e2e >%1$s/e2e && sync && cat %1$s/e2e".formatted(path)))
            .as("what %s wrote to %s", name, path)
            .isEqualTo("e2e");
      }
    }
  }
}
