package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Effort;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Parts of the cluster end while others work: all settles, nothing leaks, no write is lost. */
@ExtendWith(SharedCluster.class)
class ChaosE2E {
  private static final String NODE = "node-1";

  @Test
  void a_kill_at_any_instant_leaves_no_claim_and_no_pod_behind(RealCluster cluster) {
    int pods = Effort.of("berth.e2e.kill.pods", 20, 100);
    int kills = Effort.of("berth.e2e.kills", 3, 10);
    long seed = Long.getLong("berth.e2e.seed", System.nanoTime());
    Random random = new Random(seed);
    System.out.println("kills at random instants: -Dberth.e2e.seed=" + seed);
    long began = System.nanoTime();
    try (Namespace here = new Namespace(cluster, "kills")) {
      Writer writer = Writer.start(here, "writer", "log");
      String[] names = IntStream.range(0, pods).mapToObj(i -> "pod-" + i).toArray(String[]::new);
      here.apply(
          IntStream.range(0, pods)
              .mapToObj(
                  i ->
                      Manifests.claim("data-" + i, "berth-ext4", "ReadWriteOnce", "16Mi")
                          + Manifests.pod(names[i], "data-" + i))
              .collect(Collectors.joining()));
      for (int kill = 0; kill < kills; kill++) {
        pass(Duration.ofMillis(random.nextInt(4000)));
        killDriver(cluster);
        driverIsBack(cluster);
      }
      here.ready(names);
      assertThat(here.sh("pod-0", "echo fine >/data/file && sync && cat /data/file"))
          .isEqualTo("fine");
      writer.awaitProgress();
      writer.assertNothingLost();
      int acknowledged = writer.acknowledged();
      here.kubectl("delete", "pods,pvc", "--all", "--wait=false");
      pass(Duration.ofMillis(random.nextInt(3000)));
      killDriver(cluster);
      driverIsBack(cluster);
      System.out.printf(
          "%d claims and pods, %d kills, %d acknowledged writes all there%n",
          pods, kills + 1, acknowledged);
    }
    System.out.printf("all gone after %.0f s%n", (System.nanoTime() - began) / 1e9);
    assertThat(cluster.loopsOn(NODE)).as("loop devices left behind").isEmpty();
  }

  @Test
  void a_pod_goes_on_writing_while_the_driver_is_upgraded(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "upgrade")) {
      Writer writer = Writer.start(here, "writer", "log");
      cluster.kubectl().run("-n", RealCluster.SYSTEM, "rollout", "restart", "daemonset/berth");
      cluster.rolledOut();
      writer.awaitProgress();
      writer.assertNothingLost();
    }
  }

  @Test
  void a_pod_goes_on_writing_while_the_kubelet_restarts_and_new_ones_start_after(
      RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "kubelet")) {
      Writer writer = Writer.start(here, "writer", "log");
      cluster.stop(NODE + "/kubelet");
      writer.namespace().apply(Manifests.claim("late", "300Mi") + Manifests.pod("late", "late"));
      cluster.start(NODE + "/kubelet");
      here.ready("late");
      writer.awaitProgress();
      writer.assertNothingLost();
    }
  }

  @Test
  void work_goes_on_when_the_api_server_was_away(RealCluster cluster) {
    Duration away = Duration.ofSeconds(Effort.of("berth.e2e.away.seconds", 20, 60));
    try (Namespace here = new Namespace(cluster, "api-server")) {
      Writer writer = Writer.start(here, "writer", "log");
      int restarts = driver(cluster).at("/status/containerStatuses/0/restartCount").asInt();
      cluster.stop("kube-apiserver");
      pass(away);
      cluster.start("kube-apiserver");
      Awaitility.await("the API server")
          .atMost(Namespace.PATIENCE)
          .until(() -> cluster.kubectl().ask("get", "--raw", "/readyz").exit() == 0);
      here.apply(Manifests.claim("late", "300Mi") + Manifests.pod("late", "late"));
      here.ready("late");
      writer.awaitProgress();
      writer.assertNothingLost();
      assertThat(driver(cluster).at("/status/containerStatuses/0/restartCount").asInt())
          .as("the driver waits for the API server instead of ending")
          .isEqualTo(restarts);
    }
  }

  private static JsonNode driver(RealCluster cluster) {
    return cluster
        .kubectl()
        .list("-n", RealCluster.SYSTEM, "pods", "-l", "app.kubernetes.io/name=berth")
        .getFirst();
  }

  /** SIGKILL of the process itself, as the kernel's out-of-memory killer would. */
  private static void killDriver(RealCluster cluster) {
    String id =
        driver(cluster)
            .at("/status/containerStatuses/0/containerID")
            .asText()
            .replace("containerd://", "");
    cluster.on(NODE, "ctr", "--namespace=k8s.io", "tasks", "kill", "--signal=SIGKILL", id);
    Awaitility.await("the kubelet has seen it")
        .atMost(Namespace.PATIENCE)
        .until(
            () ->
                !driver(cluster).at("/status/containerStatuses/0/containerID").asText().endsWith(id)
                    || !driver(cluster).at("/status/containerStatuses/0/ready").asBoolean());
  }

  private static void driverIsBack(RealCluster cluster) {
    cluster
        .kubectl()
        .run(
            Duration.ofMinutes(3),
            List.of(
                "-n",
                RealCluster.SYSTEM,
                "wait",
                "--for=condition=Ready",
                "pods",
                "-l",
                "app.kubernetes.io/name=berth",
                "--timeout=150s"));
  }

  private static void pass(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
  }
}
