package dev.berth.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Effort;
import dev.berth.e2e.harness.Shell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/**
 * A namespace for one test. Closing it deletes it and waits until nothing of its claims is left: no
 * PersistentVolume, no volume in a pool.
 */
final class Namespace implements AutoCloseable {
  /** How long anything may take on a slow, busy machine; with {@code --all} there is more of it. */
  static final Duration PATIENCE = Duration.ofMinutes(Effort.of("berth.e2e.patience", 2, 6));

  private final RealCluster cluster;
  private final String name;

  Namespace(RealCluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
    cluster.kubectl().run("create", "namespace", name);
  }

  String name() {
    return name;
  }

  void apply(String manifest) {
    cluster.kubectl().apply(name, manifest);
  }

  /** {@code kubectl -n <this> <arguments>}; fails when it fails. */
  String kubectl(String... arguments) {
    return cluster.kubectl().run(PATIENCE.plusSeconds(30), here(arguments));
  }

  /** The same, with whatever it answered. */
  Shell.Answer ask(String... arguments) {
    return cluster.kubectl().ask(here(arguments).toArray(String[]::new));
  }

  private List<String> here(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-n", name));
    all.addAll(List.of(arguments));
    return all;
  }

  /** Waits for something that {@code kubectl wait} knows, such as {@code condition=Ready}. */
  void await(String condition, String... objects) {
    List<String> all =
        new ArrayList<>(
            List.of("wait", "--for=" + condition, "--timeout=" + PATIENCE.toSeconds() + "s"));
    all.addAll(List.of(objects));
    try {
      kubectl(all.toArray(String[]::new));
    } catch (IllegalStateException e) {
      throw new AssertionError(e.getMessage() + "\n" + cluster.diagnosis(), e);
    }
  }

  /** Waits until the pods are Ready. */
  void ready(String... pods) {
    await("condition=Ready", prefixed("pod/", pods));
  }

  /** Deletes pods and waits until they are gone. */
  void deletePods(String... pods) {
    kubectl(concat(List.of("delete", "--wait"), prefixed("pod/", pods)));
  }

  private static String[] prefixed(String kind, String... names) {
    return List.of(names).stream().map(kind::concat).toArray(String[]::new);
  }

  private static String[] concat(List<String> first, String... second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(second));
    return all.toArray(String[]::new);
  }

  /** Runs a shell command in a pod's first container. */
  String sh(String pod, String command) {
    return kubectl("exec", "--quiet", pod, "--", "sh", "-c", command).strip();
  }

  /** One object. */
  JsonNode get(String object) {
    return cluster.kubectl().get("-n", name, object);
  }

  /** All objects of a kind. */
  List<JsonNode> list(String kind) {
    return cluster.kubectl().list("-n", name, kind);
  }

  /** The PersistentVolume that a claim is bound to. */
  JsonNode volumeOf(String claim) {
    return cluster.kubectl().get("pv/" + get("pvc/" + claim).at("/spec/volumeName").asText());
  }

  /** Waits for an event on an object of this namespace that has all these words; returns it. */
  String awaitEvent(String object, String... words) {
    return cluster.awaitEvent(name, object, words);
  }

  /** Volumes of claims of this namespace that still exist. */
  List<String> volumes() {
    return cluster.kubectl().list("pv").stream()
        .filter(volume -> volume.at("/spec/claimRef/namespace").asText().equals(name))
        .map(volume -> volume.at("/metadata/name").asText())
        .toList();
  }

  @Override
  public void close() {
    List<String> before = volumes();
    kubectl("delete", "namespace", name, "--wait", "--timeout=" + PATIENCE.toSeconds() + "s");
    Awaitility.await("the volumes of namespace %s are gone".formatted(name))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> Assertions.assertThat(volumes()).isEmpty());
    for (String node : cluster.nodes()) {
      assertNoneOf(before, cluster.volumesOn(node), "volumes in the pool of " + node);
      assertNoneOf(before, cluster.loopsOn(node), "loop devices of " + node);
    }
  }

  private void assertNoneOf(List<String> volumes, List<String> found, String what) {
    Assertions.assertThat(found)
        .as("%s that namespace %s left behind", what, name)
        .noneMatch(line -> volumes.stream().anyMatch(line::contains));
  }
}
