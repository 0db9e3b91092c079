package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Effort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
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

  /**
   * Of the rate of bare writes on the same machine in the same minute: the control plane and the
   * driver share its processors, and besides the writes there are volumes to make and events to
   * tell, and other tests beside. Seen: 0.3 to 0.7.
   */
  private static final double LEAST_OF_BARE_WRITES = 0.1;

  private static final String GUARD = "validatingadmissionpolicy/berth-binding-guard";

  @Test
  void two_hundred_claims_at_once_are_bound_and_stay_so(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "burst");
        Api api = cluster.api()) {
      double rate = burst(cluster, here, "calm", () -> {});
      assertNoneLost(cluster, here);
      double bare = new BareWrites(api, here.name()).perSecond(CLAIMS);
      System.out.printf(
          Locale.ROOT,
          "bare writes, four a claim and no volume: %.0f claims per second; Berth has %.2f of it%n",
          bare,
          rate / bare);
      assertThat(rate / bare).as("of the rate of bare writes").isGreaterThan(LEAST_OF_BARE_WRITES);
    }
  }

  @Test
  void one_claim_in_an_idle_cluster_is_bound_at_once(RealCluster cluster) {
    int rounds = 21;
    List<Double> seconds = new ArrayList<>();
    try (Namespace here = new Namespace(cluster, "single");
        Api api = cluster.api();
        PhaseWatch phases = PhaseWatch.of(cluster, here)) {
      storageClass(cluster, here);
      for (int i = 0; i < rounds; i++) {
        int bound = i + 1;
        long began = System.nanoTime();
        api.create(Api.claims(here.name()), List.of(claim(i)));
        Awaitility.await("the claim is Bound")
            .atMost(Namespace.PATIENCE)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> phases.bound() == bound);
        seconds.add(phases.secondsSince(began));
      }
    }
    Collections.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "one claim in an idle cluster, first request to Bound: p50 %.0f ms, worst of %d %.0f ms%n",
        seconds.get(rounds / 2) * 1e3,
        rounds,
        seconds.getLast() * 1e3);
    assertThat(seconds.get(rounds / 2)).isLessThan(2);
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
    try (Api api = cluster.api()) {
      for (int round = 0; round < 10; round++) {
        try (Namespace here = new Namespace(cluster, "unguarded-" + round);
            Strangers strangers = new Strangers(cluster, 300);
            PhaseWatch phases = PhaseWatch.of(cluster, here)) {
          storageClass(cluster, here);
          create(api, here, strangers::stir);
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

  /** Claims bound per second. */
  private static double burst(
      RealCluster cluster, Namespace here, String what, Runnable meanwhile) {
    double before = requests(cluster);
    try (Api api = cluster.api();
        PhaseWatch phases = PhaseWatch.of(cluster, here)) {
      storageClass(cluster, here);
      long began = System.nanoTime();
      double creation = create(api, here, meanwhile);
      awaitBound(here, phases);
      awaitEvents(here);
      List<Double> seconds = phases.secondsToBound();
      System.out.printf(
          Locale.ROOT,
          "%d claims, %s: created in %.2f s, all Bound %.2f s after the first request, %.0f per"
              + " second; p50 %.2f s, p99 %.2f s; %.1f API requests each%n",
          CLAIMS,
          what,
          creation,
          phases.secondsSince(began),
          CLAIMS / phases.secondsSince(began),
          seconds.get(CLAIMS / 2),
          seconds.get(CLAIMS * 99 / 100),
          (requests(cluster) - before) / CLAIMS);
      assertThat(phases.unbound()).as("claims that left Bound").isEmpty();
      return CLAIMS / phases.secondsSince(began);
    }
  }

  private static void awaitBound(Namespace here, PhaseWatch phases) {
    try {
      Awaitility.await("all claims are Bound")
          .atMost(Namespace.PATIENCE)
          .until(() -> phases.bound() == CLAIMS);
    } catch (ConditionTimeoutException e) {
      long bound =
          here.list("pvc").stream()
              .filter(claim -> claim.at("/status/phase").asText().equals("Bound"))
              .count();
      throw new AssertionError(
          phases.state() + "; the API server says " + bound + " of " + CLAIMS + " Bound", e);
    }
  }

  /** Creates them as fast as the API server takes them; answers in how many seconds it did. */
  private static double create(Api api, Namespace here, Runnable meanwhile) {
    CompletableFuture<?> others = CompletableFuture.runAsync(meanwhile);
    long began = System.nanoTime();
    api.create(
        Api.claims(here.name()), IntStream.range(0, CLAIMS).mapToObj(BurstE2E::claim).toList());
    double seconds = (System.nanoTime() - began) / 1e9;
    others.join();
    return seconds;
  }

  private static void storageClass(RealCluster cluster, Namespace here) {
    cluster
        .kubectl()
        .apply(
            here.name(),
            Manifests.storageClass(
                "burst", "Immediate", "Delete", "csi.storage.k8s.io/fstype: ext4"));
  }

  /** Events come after what users wait for, and are counted all the same. */
  private static void awaitEvents(Namespace here) {
    Awaitility.await("every claim has its event")
        .atMost(Namespace.PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                here.list("events").stream()
                        .filter(e -> e.path("reason").asText().equals("ProvisioningSucceeded"))
                        .count()
                    >= CLAIMS);
  }

  private static String claim(int number) {
    return Manifests.claim("claim-" + number, "burst", "ReadWriteOnce", "16Mi");
  }

  /** Requests that the driver's processes have made to the API server so far. */
  private static double requests(RealCluster cluster) {
    double sum = 0;
    for (JsonNode pod :
        cluster
            .kubectl()
            .list("-n", RealCluster.SYSTEM, "pods", "-l", "app.kubernetes.io/name=berth")) {
      sum +=
          cluster
              .metrics(pod.at("/metadata/name").asText())
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
