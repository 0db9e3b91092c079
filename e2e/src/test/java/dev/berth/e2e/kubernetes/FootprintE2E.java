package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Effort;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How much memory the pod takes: when it has just started, with many claims, and when it starts
 * again among them. {@code -Dberth.e2e.footprint.claims} changes how many.
 */
class FootprintE2E {
  private static final int CLAIMS = Effort.of("berth.e2e.footprint.claims", 200, 10_000);

  /** More than this would take minutes to delete from a cluster that others use. */
  private static final int MANY = 1000;

  /** What the pod is given to live with is more; a leak is noticed before that. */
  private static final double MOST_MEBIBYTES = 256;

  @RegisterExtension
  static final SharedCluster CLUSTER =
      CLAIMS > MANY ? SharedCluster.of("footprint", "40G") : new SharedCluster();

  @Test
  void the_pod_stays_small_with_many_claims(RealCluster cluster) {
    startAgain(cluster);
    double before = settled(() -> resident(cluster));
    Namespace here = new Namespace(cluster, "footprint");
    double seconds = bind(cluster, here);
    double with = settled(() -> resident(cluster));
    startAgain(cluster);
    double after = settled(() -> resident(cluster));
    System.out.printf(
        Locale.ROOT,
        "resident memory of the pod: %.0f MiB after its start, %.0f MiB with %d claims (bound in"
            + " %.0f s), %.0f MiB started again with them%n",
        before,
        with,
        CLAIMS,
        seconds,
        after);
    assertThat(List.of(before, with, after)).allMatch(mebibytes -> mebibytes < MOST_MEBIBYTES);
    if (CLAIMS <= MANY) {
      here.close();
    }
  }

  private static double bind(RealCluster cluster, Namespace here) {
    cluster
        .kubectl()
        .apply(here.name(), Manifests.storageClass("footprint", "Immediate", "Delete"));
    try (Api api = cluster.api();
        PhaseWatch phases = PhaseWatch.of(cluster, here)) {
      long began = System.nanoTime();
      api.create(
          Api.claims(here.name()),
          IntStream.range(0, CLAIMS).mapToObj(FootprintE2E::claim).toList());
      Awaitility.await("all claims are Bound")
          .atMost(Namespace.PATIENCE.plusSeconds(CLAIMS / 10))
          .until(() -> phases.bound() == CLAIMS);
      return phases.secondsSince(began);
    }
  }

  /** Raw, so that thousands of them fit where a filesystem each would not. */
  private static String claim(int number) {
    return Manifests.claim("claim-" + number, "footprint", "ReadWriteOnce", "1Mi")
        .replace("spec:\n", "spec:\n  volumeMode: Block\n");
  }

  private static void startAgain(RealCluster cluster) {
    cluster
        .kubectl()
        .run("-n", RealCluster.SYSTEM, "delete", "pod", "-l", "app.kubernetes.io/name=berth");
    cluster.rolledOut();
  }

  /** The figure once two readings, some seconds apart, differ by less than a hundredth. */
  private static double settled(DoubleSupplier figure) {
    double[] last = {figure.getAsDouble()};
    Awaitility.await("the memory stays the same")
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ofSeconds(3))
        .pollInterval(Duration.ofSeconds(3))
        .until(
            () -> {
              double before = last[0];
              last[0] = figure.getAsDouble();
              return Math.abs(last[0] - before) < before / 100;
            });
    return last[0];
  }

  /** Of all pods of the driver together; the cluster has one node. */
  private static double resident(RealCluster cluster) {
    double bytes = 0;
    for (JsonNode pod :
        cluster
            .kubectl()
            .list("-n", RealCluster.SYSTEM, "pods", "-l", "app.kubernetes.io/name=berth")) {
      bytes +=
          cluster
              .metrics(pod.at("/metadata/name").asText())
              .filter(line -> line.startsWith("process_resident_memory_bytes "))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .sum();
    }
    return bytes / (1 << 20);
  }
}
