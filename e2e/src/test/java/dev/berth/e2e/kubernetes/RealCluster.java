package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.ClusterScript;
import dev.berth.e2e.harness.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A Kubernetes of {@code ./dev cluster} with the driver of this checkout in it. Closing it takes it
 * away, whatever state it is in.
 */
final class RealCluster implements AutoCloseable {
  /** The namespace of {@code deploy/}. */
  static final String SYSTEM = "berth-system";

  private static final String NODE_POOL = "/var/lib/berth/pools/default";

  private final String name;
  private final Kubectl kubectl;

  private RealCluster(String name) {
    this.name = name;
    this.kubectl = new Kubectl(ClusterScript.folder().resolve(name));
  }

  /**
   * Starts a cluster; the disk of node i, where its pool is, has the i-th size.
   *
   * @param disks sizes such as {@code 2G}, one for each node
   */
  static RealCluster up(String name, List<String> disks) {
    RealCluster cluster = new RealCluster(name);
    try {
      long began = System.nanoTime();
      cluster.run("up", "--nodes=" + disks.size(), "--disk=" + String.join(",", disks));
      System.out.printf(
          "cluster %s of %d nodes: up in %.1f s%n",
          name, disks.size(), (System.nanoTime() - began) / 1e9);
      return cluster;
    } catch (RuntimeException e) {
      cluster.down();
      throw e;
    }
  }

  /**
   * Loads the image of {@code ./dev image}, applies {@code deploy/} and waits until every node
   * serves.
   */
  RealCluster withDriver(Path image) {
    try {
      run("load", image.toString());
      deploy();
      return this;
    } catch (RuntimeException e) {
      System.out.println(diagnosis());
      down();
      throw e;
    }
  }

  /** Applies {@code deploy/} as it is and waits until every node serves. */
  void deploy() {
    kubectl.run("apply", "-k", Repository.root().resolve("deploy").toString());
    rolledOut();
  }

  /** Waits until the newest version of the DaemonSet serves on every node. */
  void rolledOut() {
    kubectl.run(
        Duration.ofMinutes(5),
        List.of("-n", SYSTEM, "rollout", "status", "daemonset/berth", "--timeout=240s"));
  }

  /** A client of its own for many requests at once; the caller closes it. */
  Api api() {
    return new Api(ClusterScript.folder().resolve(name).resolve("kubeconfig"));
  }

  Kubectl kubectl() {
    return kubectl;
  }

  /** Runs a command in the namespaces of a node and returns its output. */
  String on(String node, String... command) {
    List<String> arguments = new ArrayList<>(List.of("exec", "--name=" + name, node));
    arguments.addAll(List.of(command));
    return ClusterScript.run(arguments);
  }

  /** Ends a part with SIGKILL: {@code node-1}, {@code node-1/kubelet}, {@code kube-apiserver}. */
  void stop(String part) {
    run("stop", part);
  }

  /** Starts a part again. */
  void start(String part) {
    run("start", part);
  }

  /** Names of the nodes that the API server knows. */
  List<String> nodes() {
    return kubectl.list("nodes").stream().map(node -> node.at("/metadata/name").asText()).toList();
  }

  /** Waits for an event on an object that has all these words; returns reason and message. */
  String awaitEvent(String namespace, String object, String... words) {
    Predicate<String> wanted = event -> List.of(words).stream().allMatch(event::contains);
    Awaitility.await("an event on %s with %s".formatted(object, List.of(words)))
        .atMost(Namespace.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(kubectl.events(namespace, object)).anyMatch(wanted));
    return kubectl.events(namespace, object).stream().filter(wanted).findFirst().orElseThrow();
  }

  /** Names of the volumes in a node's pool. */
  List<String> volumesOn(String node) {
    return on(node, "sh", "-c", "ls " + NODE_POOL + "/volumes 2>/dev/null || true")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Loop devices whose file lies in a node's pool, each with its file. */
  List<String> loopsOn(String node) {
    String disk = on(node, "stat", "-c", "%Hd:%Ld", NODE_POOL).strip();
    return on(node, "losetup", "--list", "--noheadings", "--output=NAME,BACK-MAJ:MIN,BACK-FILE")
        .lines()
        .filter(line -> line.contains(" " + disk + " "))
        .toList();
  }

  /** The lines of a pod's {@code /metrics}. */
  Stream<String> metrics(String pod) {
    String path = "/api/v1/namespaces/%s/pods/%s:9808/proxy/metrics".formatted(SYSTEM, pod);
    return kubectl.run("get", "--raw", path).lines();
  }

  /** What explains a failure: pods, events and the driver's last words. */
  String diagnosis() {
    return String.join(
        "\n",
        kubectl.ask("get", "pods,pvc,pv,nodes", "-A", "-o", "wide").output(),
        kubectl.ask("get", "events", "-A", "--sort-by=.lastTimestamp").output(),
        kubectl.ask("-n", SYSTEM, "describe", "pods").output(),
        kubectl
            .ask("-n", SYSTEM, "logs", "daemonset/berth", "--tail=60", "--all-pods=true")
            .output());
  }

  private String run(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--name=" + name));
    all.addAll(List.of(arguments));
    return ClusterScript.run(all);
  }

  /** Takes it away; that it is gone already is no mistake. */
  void down() {
    run("down");
  }

  @Override
  public void close() {
    down();
  }
}
