package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.ClusterScript;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import java.io.IOException;
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
        ClusterScript.run(List.of("up", "--name=" + NAME));
        Awaitility.await("the new kubelet knows the pod that never stopped")
            .atMost(Namespace.PATIENCE)
            .until(() -> here.ask("exec", "hello", "--", "hostname").exit() == 0);
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
      cluster.down();
      assertThat(STATE).doesNotExist();
      assertThat(Scratch.loopsBelow(STATE)).isEmpty();
      assertThat(Shell.run("find", "/sys/fs/cgroup", "-path", "*" + cgroup + "*")).isEmpty();
      Awaitility.await("its processes are gone")
          .until(() -> processes.stream().noneMatch(ClusterScriptE2E::runs));
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
