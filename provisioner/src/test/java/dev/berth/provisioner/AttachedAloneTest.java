package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.pod.HostMounts;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without Kubernetes whose driver attaches: both sides of it in one process. */
final class AttachedAloneTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NODE = "node-one";
  private static final String UNIQUE = "kubernetes.io/csi/" + FakeAttacher.NAME + "^vol-data";

  @TempDir private Path folder;
  private EmbeddedCluster cluster;
  private FakeAttacher driver;
  private HostMounts mounts;

  @BeforeEach
  void start() {
    cluster = EmbeddedCluster.open(folder.resolve("cluster.db"), Clock.systemUTC());
    driver = new FakeAttacher();
    mounts = driver.mounts();
    PersistentVolumeClaim claim = cluster.create(Objects.claim("data", "").build());
    cluster.create(
        Objects.claimed(
            Objects.volume("data")
                .editSpec()
                .editCsi()
                .withDriver(FakeAttacher.NAME)
                .withVolumeHandle("vol-data")
                .endCsi()
                .endSpec(),
            claim));
  }

  @AfterEach
  void stop() {
    cluster.close();
    driver.close();
  }

  private VolumeController controller() {
    return VolumeController.start(
        Settings.of(NODE, folder.resolve("root")),
        cluster,
        driver.driver(),
        mounts,
        Clock.systemUTC());
  }

  private Pod pod() {
    return cluster.create(
        new PodBuilder(Objects.pod("web", "data")).editSpec().withNodeName(NODE).endSpec().build());
  }

  private boolean isMounted() {
    return cluster
        .get(Kind.POD, Key.of("default", "web"))
        .filter(pod -> pod.getStatus() != null)
        .filter(pod -> "VolumesMounted".equals(pod.getStatus().getReason()))
        .isPresent();
  }

  private NodeView node() {
    return new NodeView(cluster.get(Kind.NODE, Key.of(NODE)).orElseThrow());
  }

  @Test
  void a_volume_is_mounted_after_it_is_attached_and_detached_after_it_is_unmounted() {
    try (VolumeController _ = controller()) {
      pod();
      await().atMost(PATIENCE).until(this::isMounted);
      assertThat(node().volumesInUse()).containsExactly(UNIQUE);
      assertThat(node().volumesAttached()).containsExactly(UNIQUE);
      assertThat(driver.mounted())
          .singleElement()
          .satisfies(
              request ->
                  assertThat(request.getPublishContextMap())
                      .isEqualTo(Map.of("device", "/dev/of/id-of-node-one")));

      cluster.delete(Kind.POD, Key.of("default", "web"), Preconditions.NONE);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  cluster.list(Kind.POD).isEmpty()
                      && cluster.list(Kind.VOLUME_ATTACHMENT).isEmpty());
      assertThat(node().volumesInUse()).isEmpty();
      assertThat(node().volumesAttached()).isEmpty();
      assertThat(driver.calls())
          .containsExactly(
              "ControllerPublishVolume vol-data id-of-node-one",
              "NodePublishVolume vol-data",
              "NodeUnpublishVolume vol-data",
              "ControllerUnpublishVolume vol-data id-of-node-one");
    }
  }

  @Test
  void a_pod_waits_for_a_volume_that_cannot_be_attached_and_says_why() {
    for (int i = 0; i < 100; i++) {
      driver.fail("ControllerPublishVolume", Status.INTERNAL.withDescription("no such shelf"));
    }
    try (VolumeController _ = controller()) {
      Pod pod = pod();
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  message(cluster, pod)
                      .contains(
                          "volume \"data\" is not attached to node \"node-one\" yet: rpc error:"
                              + " code = Internal desc = no such shelf"));
      assertThat(driver.mounted()).isEmpty();
    }
  }

  private static String message(Cluster cluster, Pod pod) {
    Pod now = cluster.get(Kind.POD, Key.of(pod)).orElseThrow();
    return now.getStatus() == null ? "" : String.valueOf(now.getStatus().getMessage());
  }

  @Test
  void a_restart_neither_attaches_nor_mounts_what_is_there() {
    try (VolumeController _ = controller()) {
      pod();
      await().atMost(PATIENCE).until(this::isMounted);
    }
    List<String> before = driver.calls();
    try (VolumeController _ = controller()) {
      await()
          .during(Duration.ofMillis(700))
          .atMost(PATIENCE)
          .until(() -> isMounted() && node().volumesInUse().equals(List.of(UNIQUE)));
    }
    assertThat(driver.calls()).isEqualTo(before);
  }
}
