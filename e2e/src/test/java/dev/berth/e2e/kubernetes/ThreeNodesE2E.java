package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Effort;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes with pools of different sizes, and what becomes of a node that goes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeNodesE2E {
  private static final long MEBIBYTE = 1 << 20;
  private static final String NODE_LABEL = "topology.local.berth.dev/node";
  private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

  @RegisterExtension
  static final SharedCluster THREE_NODES = SharedCluster.of("three", "1G", "2G", "3G");

  @Test
  @Order(1)
  void no_pod_is_stuck_and_no_pool_is_overfilled_when_pods_need_nearly_all_there_is(
      RealCluster cluster) {
    int pods = Effort.of("berth.e2e.three.pods", 24, 100);
    Map<String, Long> free = capacities(cluster);
    long size = sizeFor(free, pods);
    System.out.printf("%d claims of %d MiB over pools of %s%n", pods, size / MEBIBYTE, free);
    try (Namespace here = new Namespace(cluster, "nearly-full")) {
      here.apply(
          IntStream.range(0, pods)
              .mapToObj(
                  i ->
                      Manifests.claim(
                              "data-" + i, "berth-ext4", "ReadWriteOnce", size / MEBIBYTE + "Mi")
                          + Manifests.pod("pod-" + i, "data-" + i))
              .collect(Collectors.joining()));
      here.ready(IntStream.range(0, pods).mapToObj(i -> "pod-" + i).toArray(String[]::new));
      Map<String, Long> promised = new TreeMap<>();
      for (JsonNode volume : cluster.kubectl().list("pv")) {
        promised.merge(volume.at("/metadata/labels").path(NODE_LABEL).asText(), size, Long::sum);
      }
      System.out.println("promised: " + promised);
      assertThat(promised.keySet()).isEqualTo(free.keySet());
      promised.forEach(
          (node, bytes) -> assertThat(bytes).as(node).isLessThanOrEqualTo(free.get(node)));
    }
  }

  /** The free bytes of each node's pool, as Berth tells the scheduler. */
  private static Map<String, Long> capacities(RealCluster cluster) {
    Awaitility.await("every node says what it has")
        .atMost(Namespace.PATIENCE)
        .until(() -> published(cluster).size() == 3);
    return published(cluster);
  }

  private static Map<String, Long> published(RealCluster cluster) {
    Map<String, Long> found = new TreeMap<>();
    for (JsonNode capacity : cluster.kubectl().list("csistoragecapacities", "-A")) {
      if (capacity.path("storageClassName").asText().equals("berth-ext4")) {
        String node = capacity.at("/nodeTopology/matchLabels").path(NODE_LABEL).asText();
        found.put(node, bytes(capacity.path("capacity").asText("0")));
      }
    }
    return found;
  }

  /** Berth publishes whole bytes, which Kubernetes may write with a suffix. */
  private static long bytes(String quantity) {
    String digits = quantity.replaceAll("\\D+$", "");
    long factor =
        switch (quantity.substring(digits.length())) {
          case "" -> 1;
          case "Ki" -> 1L << 10;
          case "Mi" -> 1L << 20;
          case "Gi" -> 1L << 30;
          case "k" -> 1_000;
          case "M" -> 1_000_000;
          case "G" -> 1_000_000_000;
          default -> throw new IllegalArgumentException(quantity);
        };
    return Long.parseLong(digits) * factor;
  }

  /** The largest size, in whole mebibytes, of which the pools hold one more than is asked for. */
  private static long sizeFor(Map<String, Long> free, int pods) {
    long size = free.values().stream().mapToLong(Long::longValue).sum() / pods / MEBIBYTE;
    while (holds(free, size * MEBIBYTE) <= pods) {
      size--;
    }
    return size * MEBIBYTE;
  }

  private static long holds(Map<String, Long> free, long size) {
    return free.values().stream().mapToLong(bytes -> bytes / size).sum();
  }

  @Test
  @Order(2)
  void a_node_that_is_gone_holds_up_nobody_and_its_volumes_are_reported(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "node-loss")) {
      here.apply(Manifests.claim("kept", "300Mi") + onNode3(Manifests.pod("kept", "kept")));
      here.ready("kept");
      String volume = here.get("pvc/kept").at("/spec/volumeName").asText();

      cluster.stop("node-3");
      here.apply(Manifests.claim("late", "300Mi") + onNode3(Manifests.pod("late", "late")));
      Awaitility.await("the scheduler chose the node that has just gone")
          .atMost(Namespace.PATIENCE)
          .until(() -> selectedNode(here).equals("node-3"));
      cluster.kubectl().run("delete", "node", "node-3");

      Awaitility.await("the claim is free to go elsewhere")
          .atMost(Namespace.PATIENCE)
          .until(() -> selectedNode(here).isEmpty());
      here.kubectl("delete", "pod/late", "--force");
      here.apply(Manifests.pod("late", "late"));
      here.ready("late");

      assertThat(cluster.awaitEvent("default", volume, "NodeGone", "node-3"))
          .contains("bring the node back, or delete the claim");
      assertThat(cluster.kubectl().get("pv/" + volume).at("/status/phase").asText())
          .as("nothing is forgotten without being asked to")
          .isEqualTo("Bound");
      here.kubectl("delete", "pod/kept", "--force", "--ignore-not-found");
      bringBack(cluster, "node-3");
      here.apply(onNode3(Manifests.pod("again", "kept")));
      here.ready("again");
    }
  }

  private static void bringBack(RealCluster cluster, String node) {
    cluster.start(node);
    Awaitility.await("the kubelet registers its node")
        .atMost(Namespace.PATIENCE)
        .until(() -> cluster.nodes().contains(node));
    cluster.rolledOut();
  }

  private static String selectedNode(Namespace here) {
    return here.get("pvc/late").at("/metadata/annotations").path(SELECTED_NODE).asText();
  }

  private static String onNode3(String pod) {
    return pod.replace(
        "spec:\n  term", "spec:\n  nodeSelector: {kubernetes.io/hostname: node-3}\n  term");
  }
}
