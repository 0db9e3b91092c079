package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.ClusterScript;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code ./dev cluster} itself: what it starts works, and what it takes away is gone. */
class ClusterScriptE2E {
  private static final String NAME = "script";
  private static final Path STATE = ClusterScript.folder().resolve(NAME);

  @BeforeAll
  static void possible() {
    String impossible = ClusterScript.impossible();
    Assumptions.assumeTrue(impossible.isEmpty(), impossible);
  }

  @Test
  void a_cluster_runs_pods_survives_lost_parts_and_leaves_nothing() throws IOException {
    try (RealCluster cluster = RealCluster.up(NAME, List.of("1G"))) {
      try (Namespace here = new Namespace(cluster, "hello")) {
        here.kubectl("run", "hello", "--image=" + Manifests.BUSYBOX, "--", "sleep", "3600");
        here.ready("hello");
        assertThat(here.sh("hello", "hostname")).isEqualTo("hello");
        cluster.stop("kube-apiserver");
        cluster.stop("node-1/kubelet");
        assertThat(kubelet(cluster)).as("a kubelet that was stopped stays away").isEmpty();
        ClusterScript.run(List.of("up", "--name=" + NAME));
        Awaitility.await("the new kubelet knows the pod that never stopped")
            .atMost(Namespace.PATIENCE)
            .until(() -> here.ask("exec", "hello", "--", "hostname").exit() == 0);
        String kubelet = kubelet(cluster);
        cluster.on("node-1", "kill", "-KILL", kubelet);
        Awaitility.await("a kubelet that ends by itself is started again")
            .until(() -> !List.of("", kubelet).contains(kubelet(cluster)));
        here.kubectl("delete", "pod", "hello", "--now");
      }
      cluster.on(
          "node-1",
          "sh",
          "-c",
          "cd /var/lib/berth/pools/default && truncate -s 1M left && losetup --find left");
      assertThat(Scratch.loopsBelow(STATE)).isNotEmpty();
      // What dies by itself must not keep the rest from being taken away.
      cluster.stop("etcd");
      cluster.stop("node-1/containerd");
      String cgroup = cgroup();
      List<Long> processes = processes();
      // As if the script had been killed before it wrote down what it had just started.
      Files.delete(STATE.resolve("run/control"));
      cluster.down();
      assertThat(STATE).doesNotExist();
      assertThat(Scratch.loopsBelow(STATE)).isEmpty();
      assertThat(Shell.run("find", "/sys/fs/cgroup", "-path", "*" + cgroup + "*")).isEmpty();
      Awaitility.await("its processes are gone")
          .until(() -> processes.stream().noneMatch(ClusterScriptE2E::runs));
    }
  }

  /** Process ids of the kubelet of node 1, as its node sees them; empty when there is none. */
  private static String kubelet(RealCluster cluster) {
    return cluster.on("node-1", "sh", "-c", "pidof kubelet || true").strip();
  }

  @Test
  void what_a_killed_script_had_started_is_taken_away() throws Exception {
    Path state = ClusterScript.folder().resolve("killed");
    Process up = ClusterScript.start("up", "--name=killed");
    try {
      Awaitility.await("the first process of a node")
          .atMost(Namespace.PATIENCE)
          .until(() -> Files.exists(state.resolve("run/node-1")));
      up.destroyForcibly().waitFor();
      assertThat(owned(state)).isNotEmpty();
    } finally {
      up.destroyForcibly();
      ClusterScript.run(List.of("down", "--name=killed"));
    }
    assertThat(state).doesNotExist();
    assertThat(owned(state)).isEmpty();
  }

  /** Processes that were started for a cluster: they have its folder in their environment. */
  private static List<Long> owned(Path state) {
    String mark = "BERTH_CLUSTER_STATE=" + state;
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> List.of(environment(pid).split("\0", -1)).contains(mark))
        .toList();
  }

  private static String environment(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private static String cgroup() throws IOException {
    return Files.readAllLines(STATE.resolve("nodes/node-1/root/etc/kubernetes/kubelet.yaml"))
        .stream()
        .filter(line -> line.startsWith("cgroupRoot: "))
        .map(line -> line.substring("cgroupRoot: ".length()))
        .findFirst()
        .orElseThrow();
  }

  private static List<Long> processes() throws IOException {
    try (Stream<Path> files = Files.list(STATE.resolve("run"))) {
      return files.map(ClusterScriptE2E::pid).filter(ClusterScriptE2E::runs).toList();
    }
  }

  private static long pid(Path file) {
    try {
      String text = Files.readString(file);
      return Long.parseLong(text.substring(0, text.indexOf(' ')));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A process that has ended and waits to be collected by its parent counts as gone. */
  private static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void a_wrong_name_or_number_is_refused_with_what_is_right() {
    assertThat(refusal("up", "--name=Big")).contains("--name=Big", "a-z, 0-9 and -");
    assertThat(refusal("up", "--name=x", "--nodes=0")).contains("--nodes=0", "must be 1 to 20");
    assertThat(refusal("up", "--name=x", "--disk=big")).contains("--disk=big", "such as 20G");
    assertThat(refusal("load", "--name=nowhere", "x.tar")).contains("no cluster nowhere");
    assertThat(refusal("frob")).contains("unknown command frob");
    assertThat(STATE.resolveSibling("x")).doesNotExist();
  }

  private static String refusal(String... arguments) {
    Shell.Answer answer = ClusterScript.ask(arguments);
    assertThat(answer.exit()).isNotZero();
    return answer.output();
  }
}
