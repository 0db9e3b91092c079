package dev.berth.provisioner;

import static dev.berth.provisioner.AttachingWorld.ONE;
import static dev.berth.provisioner.AttachingWorld.PATIENCE;
import static dev.berth.provisioner.AttachingWorld.TWO;
import static dev.berth.provisioner.AttachingWorld.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What attaching and detaching promises, whatever cluster it works in. */
abstract class AttachingContract {
  private static final String FINALIZER = "external-attacher/attaching-csi-berth-dev";

  private AttachingWorld world;

  /** A connection with these caches; all of one test see the same objects, and no others. */
  abstract Cluster open(List<CacheSpec<?>> specs);

  /** After the last connection has been closed. */
  abstract void close();

  @BeforeEach
  void start() {
    world = new AttachingWorld(this::open);
  }

  @AfterEach
  void stop() {
    world.close();
    close();
  }

  @Test
  void a_volume_is_attached_for_its_pod_and_detached_when_the_node_has_let_go() throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod web = world.pod("web", "data", ONE);
      world.mounted("data", ONE);

      VolumeAttachment attachment = world.attachment("data", ONE).orElseThrow();
      assertThat(attachment.getSpec().getAttacher()).isEqualTo("attaching.csi.berth.dev");
      assertThat(attachment.getSpec().getNodeName()).isEqualTo(ONE);
      assertThat(attachment.getSpec().getSource().getPersistentVolumeName()).isEqualTo("data");
      assertThat(attachment.getMetadata().getFinalizers()).containsExactly(FINALIZER);
      assertThat(attachment.getMetadata().getAnnotations())
          .containsEntry("csi.alpha.kubernetes.io/node-id", "id-of-node-one");
      assertThat(attachment.getStatus().getAttachmentMetadata())
          .isEqualTo(Map.of("device", "/dev/of/id-of-node-one"));
      assertThat(
              world
                  .cluster()
                  .getLive(Kind.VOLUME, Key.of("data"))
                  .orElseThrow()
                  .getMetadata()
                  .getFinalizers())
          .contains(FINALIZER);
      world.hears(web, "SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume \"data\"");

      world.gone(web);
      await()
          .during(Duration.ofMillis(500))
          .atMost(PATIENCE)
          .until(() -> world.attached("data", ONE) && world.told(ONE).contains(unique("data")));
      world.uses(ONE);
      world.detached("data", ONE);
      assertThat(world.told(ONE)).isEmpty();
      assertThat(world.driver().nodesOf("vol-data")).isEmpty();
      assertThat(world.driver().calls())
          .containsExactly(
              "ControllerPublishVolume vol-data id-of-node-one",
              "ControllerUnpublishVolume vol-data id-of-node-one");
    }
  }

  @Test
  void the_driver_is_told_capability_attributes_and_secret_and_whether_to_read_only()
      throws Exception {
    world
        .cluster()
        .create(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("key")
                .endMetadata()
                .addToData("user", "YWRtaW4=")
                .build());
    world.bound(
        "data",
        volume ->
            volume
                .editSpec()
                .withMountOptions("noatime")
                .editCsi()
                .withFsType("xfs")
                .withReadOnly(true)
                .withNewControllerPublishSecretRef("key", "default")
                .endCsi()
                .endSpec(),
        "ReadWriteMany");
    world.pod("web", "data", ONE);
    try (var _ = world.control()) {
      world.mounted("data", ONE);
      ControllerPublishVolumeRequest request = world.driver().requests().getFirst();
      assertThat(request.getVolumeCapability().getAccessMode().getMode())
          .isEqualTo(Mode.MULTI_NODE_MULTI_WRITER);
      assertThat(request.getVolumeCapability().getMount().getFsType()).isEqualTo("xfs");
      assertThat(request.getVolumeCapability().getMount().getMountFlagsList())
          .containsExactly("noatime");
      assertThat(request.getReadonly()).isTrue();
      assertThat(request.getVolumeContextMap()).isEqualTo(Map.of("pool", "main"));
      assertThat(request.getSecretsMap()).isEqualTo(Map.of("user", "admin"));
    }
  }

  @Test
  void a_single_node_volume_follows_its_pod_only_when_the_first_node_has_let_go() throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod first = world.pod("first", "data", ONE);
      world.mounted("data", ONE);
      Pod second = world.pod("second", "data", TWO);
      world.hears(
          second,
          "FailedAttachVolume: Multi-Attach error for volume \"data\" Volume is already used by"
              + " pod(s) first");
      world.gone(first);
      world.hears(
          second,
          "FailedAttachVolume: Multi-Attach error for volume \"data\" Volume is already"
              + " exclusively attached to one node and can't be attached to another");
      world.uses(ONE);
      world.mounted("data", TWO);
      assertThat(world.driver().nodesOf("vol-data")).containsExactly("id-of-node-two");
      assertThat(world.driver().most()).isEqualTo(1);
    }
  }

  @Test
  void a_volume_of_many_nodes_is_attached_to_both() throws Exception {
    try (var _ = world.control()) {
      world.bound("data", volume -> volume, "ReadWriteMany");
      world.pod("first", "data", ONE);
      world.pod("second", "data", TWO);
      world.mounted("data", ONE);
      world.mounted("data", TWO);
      assertThat(world.driver().nodesOf("vol-data"))
          .containsExactly("id-of-node-one", "id-of-node-two");
    }
  }

  @Test
  void a_refusal_is_written_down_told_and_tried_again() throws Exception {
    world
        .driver()
        .fail(
            "ControllerPublishVolume",
            Status.RESOURCE_EXHAUSTED.withDescription("node one has no slot left"));
    try (var _ = world.control()) {
      world.bound("data");
      Pod web = world.pod("web", "data", ONE);
      world.hears(
          web,
          "FailedAttachVolume: AttachVolume.Attach failed for volume \"data\" : rpc error: code ="
              + " ResourceExhausted desc = node one has no slot left");
      world.mounted("data", ONE);
      assertThat(world.attachment("data", ONE).orElseThrow().getStatus().getAttachError()).isNull();
    }
  }

  @Test
  void what_may_have_been_attached_is_detached_even_if_nobody_learned_of_it() throws Exception {
    for (int i = 0; i < 40; i++) {
      world.driver().loseReply("ControllerPublishVolume", Status.DEADLINE_EXCEEDED);
    }
    world.bound("data");
    Pod web = world.pod("web", "data", ONE);
    try (var _ = world.control()) {
      await().atMost(PATIENCE).until(() -> !world.driver().nodesOf("vol-data").isEmpty());
    }
    world.gone(web); // while nobody looks
    world.driver().loseReply("ControllerUnpublishVolume", Status.UNAVAILABLE);
    world.driver().fail("ControllerUnpublishVolume", Status.INTERNAL.withDescription("no"));
    try (var _ = world.control()) {
      world.detached("data", ONE);
    }
    assertThat(world.driver().nodesOf("vol-data")).isEmpty();
    assertThat(world.driver().calls())
        .filteredOn(call -> call.startsWith("ControllerUnpublishVolume"))
        .hasSize(3);
  }

  @Test
  void a_driver_that_knows_neither_volume_nor_node_any_more_has_detached() throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod web = world.pod("web", "data", ONE);
      world.mounted("data", ONE);
      world.driver().fail("ControllerUnpublishVolume", Status.NOT_FOUND);
      world.gone(web);
      world.uses(ONE);
      world.detached("data", ONE);
    }
  }

  @Test
  void a_restart_finds_both_worlds_in_the_objects() throws Exception {
    try (var _ = world.control()) {
      world.bound("kept");
      world.bound("left");
      world.pod("stays", "kept", ONE);
      Pod goes = world.pod("goes", "left", ONE);
      world.mounted("kept", ONE);
      world.mounted("left", ONE);
      world.uses(ONE, "kept", "left");
      world.gone(goes);
    }
    int calls = world.driver().calls().size();
    world.uses(ONE, "kept");
    world.bound("late");
    world.pod("late", "late", TWO);
    try (var _ = world.control()) {
      world.detached("left", ONE);
      world.mounted("late", TWO);
      await()
          .during(Duration.ofMillis(300))
          .atMost(PATIENCE)
          .until(
              () -> world.attached("kept", ONE) && world.told(ONE).equals(List.of(unique("kept"))));
    }
    assertThat(world.driver().calls().subList(calls, world.driver().calls().size()))
        .containsExactlyInAnyOrder(
            "ControllerUnpublishVolume vol-left id-of-node-one",
            "ControllerPublishVolume vol-late id-of-node-two");
  }

  @Test
  void a_silent_node_loses_what_no_pod_needs_after_six_minutes_even_across_a_restart()
      throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod first = world.pod("first", "data", ONE);
      world.mounted("data", ONE);
      world.ready(ONE, false);
      world.gone(first);
      world.pod("second", "data", TWO);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  world
                      .attachment("data", ONE)
                      .orElseThrow()
                      .getMetadata()
                      .getAnnotations()
                      .containsKey("berth.dev/unwanted-since"));
    }
    world.pass(Duration.ofMinutes(5));
    try (var _ = world.control()) {
      await()
          .during(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .until(() -> world.attached("data", ONE));
      world.pass(Duration.ofMinutes(2));
      world.mounted("data", TWO);
      world.detached("data", ONE);
      assertThat(world.forced("timeout")).isEqualTo(1);
      assertThat(world.driver().most()).isEqualTo(1);
    }
  }

  @Test
  void a_node_that_comes_back_in_time_keeps_its_volume_until_it_has_let_go() throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod first = world.pod("first", "data", ONE);
      world.mounted("data", ONE);
      world.ready(ONE, false);
      world.gone(first);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  world
                      .attachment("data", ONE)
                      .orElseThrow()
                      .getMetadata()
                      .getAnnotations()
                      .containsKey("berth.dev/unwanted-since"));
      world.ready(ONE, true);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  !world
                      .attachment("data", ONE)
                      .orElseThrow()
                      .getMetadata()
                      .getAnnotations()
                      .containsKey("berth.dev/unwanted-since"));
      world.pass(Duration.ofMinutes(10));
      await()
          .during(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .until(() -> world.attached("data", ONE));
      world.uses(ONE);
      world.detached("data", ONE);
      assertThat(world.forced("timeout")).isZero();
    }
  }

  @Test
  void a_node_out_of_service_loses_its_volumes_at_once() throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod first = world.pod("first", "data", ONE);
      world.mounted("data", ONE);
      world.ready(ONE, false);
      world.outOfService(ONE);
      await()
          .during(Duration.ofMillis(500))
          .atMost(PATIENCE)
          .until(() -> world.attached("data", ONE)); // its pod is not even being deleted
      world.gone(first);
      world.pod("second", "data", TWO);
      world.mounted("data", TWO);
      assertThat(world.forced("out-of-service")).isEqualTo(1);
    }
  }

  @Test
  void a_pod_whose_containers_still_run_keeps_its_volume_while_it_is_being_deleted()
      throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod web = world.pod("web", "data", ONE);
      world.mounted("data", ONE);
      Pod held =
          world
              .cluster()
              .replace(
                  new PodBuilder(world.cluster().getLive(Kind.POD, Key.of(web)).orElseThrow())
                      .editMetadata()
                      .addToFinalizers("example.com/kept")
                      .endMetadata()
                      .build());
      running(held, true);
      world.gone(web);
      world.uses(ONE);
      await()
          .during(Duration.ofMillis(500))
          .atMost(PATIENCE)
          .until(() -> world.attached("data", ONE));
      running(held, false);
      world.detached("data", ONE);
    }
  }

  private void running(Pod pod, boolean running) {
    PodBuilder now = new PodBuilder(world.cluster().getLive(Kind.POD, Key.of(pod)).orElseThrow());
    var state =
        now.editOrNewStatus()
            .withPhase("Running")
            .withContainerStatuses()
            .addNewContainerStatus()
            .withName("main")
            .withImage("scratch")
            .withImageID("")
            .withReady(running)
            .withRestartCount(0)
            .withNewState();
    if (running) {
      state.withNewRunning().endRunning().endState().endContainerStatus().endStatus();
    } else {
      state
          .withNewTerminated()
          .withExitCode(0)
          .endTerminated()
          .endState()
          .endContainerStatus()
          .endStatus();
    }
    world.cluster().replaceStatus(now.build());
  }

  @Test
  void a_pv_that_is_deleted_goes_after_its_last_attachment() throws Exception {
    try (var _ = world.control()) {
      world.bound("data");
      Pod web = world.pod("web", "data", ONE);
      world.mounted("data", ONE);
      world.cluster().delete(Kind.VOLUME, Key.of("data"), Preconditions.NONE);
      world.gone(web);
      await()
          .during(Duration.ofMillis(300))
          .atMost(PATIENCE)
          .until(() -> world.cluster().getLive(Kind.VOLUME, Key.of("data")).isPresent());
      world.uses(ONE);
      world.detached("data", ONE);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  world
                      .cluster()
                      .getLive(Kind.VOLUME, Key.of("data"))
                      .filter(v -> v.getMetadata().getFinalizers().contains(FINALIZER))
                      .isEmpty());
    }
  }
}
