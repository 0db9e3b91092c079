package dev.berth.e2e.kubernetes;

import dev.berth.e2e.harness.ClusterScript;
import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Shell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A Kubernetes of {@code ./dev cluster} with the driver of this checkout in it. Closing it takes it
 * away, whatever state it is in.
 */
final class RealCluster implements AutoCloseable {
  /** The namespace of {@code deploy/}. */
  static final String SYSTEM = "berth-system";

  private static final Duration PATIENCE = Duration.ofMinutes(9);
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

  /** Makes the image, loads it, applies {@code deploy/} and waits until every node serves. */
  RealCluster withDriver() {
    try {
      Shell.Answer image =
          Shell.ask(
              PATIENCE,
              "env",
              "BERTH_APP=" + Repository.root().resolve("program/target"),
              Repository.root().resolve("dev").toString(),
              "image");
      if (image.exit() != 0) {
        throw new IllegalStateException("./dev image: " + image.output());
      }
      run("load", image.lines().getLast());
      kubectl.run("apply", "-k", Repository.root().resolve("deploy").toString());
      rolledOut();
      return this;
    } catch (RuntimeException e) {
      System.out.println(diagnosis());
      down();
      throw e;
    }
  }

  /** Waits until the newest version of the DaemonSet serves on every node. */
  void rolledOut() {
    kubectl.run(
        Duration.ofMinutes(5),
        List.of("-n", SYSTEM, "rollout", "status", "daemonset/berth", "--timeout=240s"));
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

  /** Names of the volumes in a node's pool. */
  List<String> volumesOn(String node) {
    return on(node, "sh", "-c", "ls " + NODE_POOL + "/volumes 2>/dev/null || true")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Loop devices whose file lies in a node's pool. */
  List<String> loopsOn(String node) {
    String disk = on(node, "stat", "-c", "%Hd:%Ld", NODE_POOL).strip();
    return on(node, "losetup", "--list", "--noheadings", "--output=NAME,BACK-MAJ:MIN")
        .lines()
        .filter(line -> line.endsWith(" " + disk))
        .toList();
  }

  /** Bytes of the filesystem of a node's pool. */
  long diskBytes(String node) {
    return Long.parseLong(
        on(node, "sh", "-c", "df -B1 --output=size " + NODE_POOL + " | tail -n 1").strip());
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
