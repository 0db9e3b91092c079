package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Effort;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many claims at once beside the stock kube-controller-manager. It marks a claim Lost when it sees
 * it bound before its PersistentVolume: no claim may ever leave Bound, and it must show that the
 * admission policy of {@code deploy/} is why.
 */
@ExtendWith(SharedCluster.class)
class BurstE2E {
  private static final int CLAIMS = 200;
  private static final String GUARD = "validatingadmissionpolicy/berth-binding-guard";

  @Test
  void two_hundred_claims_at_once_are_bound_and_stay_so(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "burst")) {
      burst(cluster, here, "calm", () -> {});
      assertNoneLost(cluster, here);
    }
  }

  @Test
  void claims_stay_bound_while_kube_controller_manager_is_busy_with_others(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "busy-burst");
        Strangers strangers = new Strangers(cluster, 300)) {
      burst(cluster, here, "busy", strangers::stir);
      assertNoneLost(cluster, here);
    }
  }

  @Test
  void without_direct_binding_kube_controller_manager_binds_them(RealCluster cluster) {
    onlyWhenAllIsAskedFor();
    cluster
        .kubectl()
        .run(
            "-n",
            RealCluster.SYSTEM,
            "patch",
            "daemonset/berth",
            "--type=json",
            "-p=[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/args/-\","
                + "\"value\":\"--binder=off\"}]");
    try {
      cluster.rolledOut();
      try (Namespace here = new Namespace(cluster, "off-burst")) {
        burst(cluster, here, "--binder=off", () -> {});
        assertNoneLost(cluster, here);
      }
    } finally {
      cluster.deploy();
    }
  }

  /** The test of the tests above: with a guard that guards nothing, they must see claims Lost. */
  @Test
  void without_the_guard_claims_are_lost(RealCluster cluster) {
    onlyWhenAllIsAskedFor();
    cluster
        .kubectl()
        .run(
            "patch",
            GUARD,
            "--type=json",
            "-p=[{\"op\":\"replace\",\"path\":\"/spec/validations/0/expression\","
                + "\"value\":\"true\"}]");
    try (Strangers strangers = new Strangers(cluster, 300)) {
      for (int round = 0; round < 5; round++) {
        try (Namespace here = new Namespace(cluster, "unguarded-" + round);
            PhaseWatch phases = PhaseWatch.of(cluster, here)) {
          create(cluster, here, strangers::stir);
          Awaitility.await("all claims were bound or lost")
              .atMost(Namespace.PATIENCE)
              .until(() -> phases.bound() + phases.unbound().size() >= CLAIMS);
          if (!phases.unbound().isEmpty()) {
            System.out.println("without the guard: " + phases.unbound().size() + " claims lost");
            return;
          }
        }
      }
    } finally {
      cluster.deploy();
    }
    throw new AssertionError("no claim was lost without the guard: the tests above show nothing");
  }

  private static void onlyWhenAllIsAskedFor() {
    assumeTrue(
        Effort.of("berth.e2e.burst.all", 0, 1) == 1,
        "SKIPPED: takes a minute more; ./dev test --all runs it");
  }

  private static void burst(RealCluster cluster, Namespace here, String what, Runnable meanwhile) {
    double before = requests(cluster);
    try (PhaseWatch phases = PhaseWatch.of(cluster, here)) {
      create(cluster, here, meanwhile);
      Awaitility.await("all claims are Bound")
          .atMost(Namespace.PATIENCE)
          .untilAsserted(() -> assertThat(phases.bound()).isEqualTo(CLAIMS));
      List<Double> seconds = phases.secondsToBound();
      System.out.printf(
          Locale.ROOT,
          "%d claims, %s: created in %.1f s, %.0f bound per second from the first on;"
              + " p50 %.2f s, p99 %.2f s; %.1f API requests each%n",
          CLAIMS,
          what,
          phases.secondsOfCreation(),
          CLAIMS / phases.secondsInAll(),
          seconds.get(CLAIMS / 2),
          seconds.get(CLAIMS * 99 / 100),
          (requests(cluster) - before) / CLAIMS);
      assertThat(phases.unbound()).as("claims that left Bound").isEmpty();
    }
  }

  /** Four at a time, for one kubectl alone creates fewer in a second than are bound. */
  private static void create(RealCluster cluster, Namespace here, Runnable meanwhile) {
    cluster
        .kubectl()
        .apply(
            here.name(),
            Manifests.storageClass(
                "burst", "Immediate", "Delete", "csi.storage.k8s.io/fstype: ext4"));
    CompletableFuture<?>[] all = new CompletableFuture<?>[5];
    for (int i = 0; i < 4; i++) {
      String manifest = claims(i * CLAIMS / 4, (i + 1) * CLAIMS / 4);
      all[i] = CompletableFuture.runAsync(() -> cluster.kubectl().create(here.name(), manifest));
    }
    all[4] = CompletableFuture.runAsync(meanwhile);
    CompletableFuture.allOf(all).join();
  }

  private static String claims(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Manifests.claim("claim-" + i, "burst", "ReadWriteOnce", "16Mi"))
        .collect(Collectors.joining());
  }

  /** Requests that the driver's processes have made to the API server so far. */
  private static double requests(RealCluster cluster) {
    double sum = 0;
    for (JsonNode pod :
        cluster
            .kubectl()
            .list("-n", RealCluster.SYSTEM, "pods", "-l", "app.kubernetes.io/name=berth")) {
      String path =
          "/api/v1/namespaces/%s/pods/%s:9808/proxy/metrics"
              .formatted(RealCluster.SYSTEM, pod.at("/metadata/name").asText());
      sum +=
          cluster
              .kubectl()
              .run("get", "--raw", path)
              .lines()
              .filter(line -> line.startsWith("berth_kubernetes_requests_total{"))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .sum();
    }
    return sum;
  }

  private static void assertNoneLost(RealCluster cluster, Namespace here) {
    List<JsonNode> events = cluster.kubectl().list("-n", here.name(), "events");
    long conflicts =
        events.stream()
            .filter(event -> event.path("reason").asText().equals("ProvisioningFailed"))
            .filter(event -> event.path("message").asText().contains("has been modified"))
            .count();
    System.out.println("kube-controller-manager's 'has been modified' warnings: " + conflicts);
    assertThat(events)
        .extracting(event -> event.path("reason").asText())
        .as("events of namespace " + here.name())
        .doesNotContain("ClaimLost");
  }
}
