package dev.berth.e2e.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServeE2E {
  private static final String LEASE = "lease/local-berth-dev";

  private static final String CLASS =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: berth-test}
      provisioner: local.berth.dev
      volumeBindingMode: WaitForFirstConsumer
      reclaimPolicy: Delete
      """;

  private static final Duration SETTLED = Duration.ofSeconds(7);

  private static Server server;
  private Scratch scratch;

  @BeforeAll
  static void start() {
    server = new Server();
    server.kubectl(
        "apply", "-f", Repository.root().resolve("deploy/base/binding-guard.yaml").toString());
    server.apply(CLASS);
    // What kube-controller-manager writes once it has looked at the policy.
    server.kubectl(
        "patch",
        "validatingadmissionpolicy",
        "berth-binding-guard",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"observedGeneration\": 1, \"typeChecking\": {}}}");
    Instant applied = Instant.now();
    for (String node : List.of("node-1", "node-2")) {
      server.apply(Node.manifest(node));
      server.kubectl(
          "patch", "node", node, "--subresource=status", "--type=merge", "-p", Node.READY);
    }
    // A policy that is younger is not relied on: kube-controller-manager, which is not here, binds.
    await()
        .atMost(SETTLED.multipliedBy(2))
        .until(() -> Instant.now().isAfter(applied.plus(SETTLED)));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void folder() {
    scratch = new Scratch();
  }

  @AfterEach
  void clean() {
    scratch.close();
  }

  @Test
  void a_claim_is_provisioned_bound_and_deleted_again() throws Exception {
    try (Node node = start("node-1", "a")) {
      server.apply(claim("data", "node-1"));
      awaitBound("data", node);
      String pv = server.field("pvc/data", ".spec.volumeName");
      assertThat(server.field("pv/" + pv, ".metadata.labels.topology\\.local\\.berth\\.dev/node"))
          .isEqualTo("node-1");
      assertThat(server.field("pv/" + pv, ".status.phase")).isEqualTo("Bound");
      assertThat(volumes(node)).hasSize(1);
      assertThat(node.page("/metrics"))
          .containsPattern(
              "controller_persistentvolumeclaim_provision_total\\{class=\"berth-test\",source=\"[^\"]*\"} 1\\.0")
          .contains("berth_claims_bound_total 1.0")
          .containsPattern(
              "csi_sidecar_operations_seconds_count\\{driver_name=\"local.berth.dev\",grpc_status_code=\"OK\",method_name=\"/csi.v1.Controller/CreateVolume\",migrated=\"false\"} 1")
          .containsPattern(
              "berth_kubernetes_requests_total\\{code=\"201\",resource=\"persistentvolumes\"")
          .contains("csistoragecapacities_desired_goal ");
      release("data", pv);
      soon().until(() -> server.field("pv/" + pv, ".metadata.name").isEmpty());
      soon().untilAsserted(() -> assertThat(volumes(node)).isEmpty());
    }
  }

  @Test
  void the_claim_of_another_node_is_left_alone() throws Exception {
    try (Node one = start("node-1", "a");
        Node two = start("node-2", "b")) {
      server.apply(claim("theirs", "node-2"));
      awaitBound("theirs", two);
      assertThat(volumes(one)).isEmpty();
      assertThat(volumes(two)).hasSize(1);
      release("theirs", server.field("pvc/theirs", ".spec.volumeName"));
    }
  }

  @Test
  void readiness_is_pools_kubelet_and_api_server_together() throws Exception {
    try (Node node = start("node-1", "a")) {
      soon().until(() -> node.page("/readyz").contains("[+]kubernetes ok"));
      assertThat(node.page("/readyz"))
          .isEqualTo(
              """
              503
              [+]pool disk ok
              [-]kubelet registration of local.berth.dev: the kubelet has not asked yet
              [+]kubernetes ok
              readyz failed
              """);
      node.register();
      assertThat(node.page("/readyz"))
          .isEqualTo(
              """
              200
              [+]pool disk ok
              [+]kubelet registration of local.berth.dev ok
              [+]kubernetes ok
              readyz passed
              """);
      assertThat(node.page("/healthz"))
          .isEqualTo("200\n[+]csi ok\n[+]registration ok\nhealthz passed\n");
    }
  }

  @Test
  void the_lease_is_given_up_at_the_end_and_taken_by_who_waits() throws Exception {
    try (Node one = start("node-1", "a")) {
      soon().until(() -> holder().equals("node-1"));
      soon().until(() -> leads(one));
      try (Node two = start("node-2", "b")) {
        soon().until(() -> two.page("/readyz").contains("[+]kubernetes ok"));
        assertThat(leads(two)).isFalse();
        long begun = System.nanoTime();
        assertThat(one.process().stop()).as(one.process().log()).isZero();
        assertThat(one.process().log()).contains("stopping; mounts stay");
        soon().until(() -> holder().equals("node-2"));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("the Lease changed hands %.1f s after SIGTERM%n", took.toMillis() / 1e3);
        soon().until(() -> leads(two));
        assertThat(two.process().stop()).as(two.process().log()).isZero();
      }
      assertThat(holder()).isEmpty();
    }
  }

  @Test
  void without_an_api_server_csi_is_served_and_with_its_return_claims_are() throws Exception {
    server.api().stop();
    try (Node node = start("node-1", "a")) {
      node.register();
      // The reason is the API server's address and what happened there, not that something waits.
      soon().until(() -> node.page("/readyz").matches("(?s).*\\[-]kubernetes: .*https://127.*"));
      assertThat(node.page("/metrics")).contains("berth_kubernetes_connected 0.0");
      assertThat(node.page("/healthz")).startsWith("200\n");
      server.api().start();
      soon().until(() -> node.page("/readyz").startsWith("200\n"));
      server.apply(claim("later", "node-1"));
      awaitBound("later", node);
      release("later", server.field("pvc/later", ".spec.volumeName"));
    } finally {
      server.api().stop();
      server.api().start();
    }
  }

  @Test
  void a_killed_process_comes_back_to_its_sockets_its_pool_and_its_lease() throws Exception {
    try (Node node = start("node-1", "a")) {
      soon().until(() -> leads(node));
      server.apply(claim("kept", "node-1"));
      awaitBound("kept", node);
      node.process().kill();
    }
    try (Node again = start("node-1", "a")) {
      again.register();
      soon().until(() -> again.page("/readyz").startsWith("200\n"));
      soon().until(() -> leads(again));
      assertThat(volumes(again)).hasSize(1);
      release("kept", server.field("pvc/kept", ".spec.volumeName"));
      soon().untilAsserted(() -> assertThat(volumes(again)).isEmpty());
    }
  }

  private Node start(String name, String folder) throws IOException {
    return Node.start(name, scratch.folder(folder), server.kubeconfig());
  }

  private static void awaitBound(String claim, Node node) {
    try {
      soon().until(() -> server.field("pvc/" + claim, ".status.phase").equals("Bound"));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          server.kubectl("describe", "pvc", claim, "-n", "default") + node.process().log(), e);
    }
  }

  private static boolean leads(Node node) {
    return node.page("/metrics")
        .contains("leader_election_master_status{name=\"local-berth-dev\"} 1.0");
  }

  private static String holder() {
    return server.field(LEASE, ".spec.holderIdentity");
  }

  /** A claim as kube-controller-manager and the scheduler leave it for the provisioner. */
  private static String claim(String name, String node) {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: %s
      namespace: default
      annotations:
        volume.kubernetes.io/storage-provisioner: local.berth.dev
        volume.kubernetes.io/selected-node: %s
    spec:
      storageClassName: berth-test
      volumeMode: Block
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 10Mi}}
    """
        .formatted(name, node);
  }

  /** What kube-controller-manager does when a claim that nobody uses is deleted. */
  private static void release(String claim, String pv) {
    String none = "[{\"op\": \"remove\", \"path\": \"/metadata/finalizers\"}]";
    server.kubectl("delete", "pvc", claim, "-n", "default", "--wait=false");
    server.kubectl("patch", "pvc", claim, "-n", "default", "--type=json", "-p", none);
    String released = "{\"status\": {\"phase\": \"Released\"}}";
    server.kubectl("patch", "pv", pv, "--subresource=status", "--type=merge", "-p", released);
    // And its protection, once the PV is being deleted.
    soon()
        .until(
            () ->
                server.field("pv/" + pv, ".metadata.name").isEmpty()
                    || !server.field("pv/" + pv, ".metadata.deletionTimestamp").isEmpty());
    if (server.field("pv/" + pv, ".metadata.finalizers").contains("kubernetes.io/pv-protection")) {
      String rest =
          server
              .field("pv/" + pv, ".metadata.finalizers")
              .replace("\"kubernetes.io/pv-protection\"", "");
      String list = rest.replace("[,", "[").replace(",]", "]").replace(",,", ",");
      server.kubectl(
          "patch",
          "pv",
          pv,
          "--type=merge",
          "-p",
          "{\"metadata\": {\"finalizers\": " + list + "}}");
    }
  }

  private static List<String> volumes(Node node) throws IOException {
    try (Stream<Path> all = Files.list(node.pool().resolve("volumes"))) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
  }
}
