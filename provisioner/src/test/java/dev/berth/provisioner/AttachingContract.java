package dev.berth.provisioner;

import static dev.berth.provisioner.AttachingWorld.ONE;
import static dev.berth.provisioner.AttachingWorld.PATIENCE;
import static dev.berth.provisioner.AttachingWorld.TWO;
import static dev.berth.provisioner.AttachingWorld.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What attaching promises, whatever cluster it works in. */
abstract class AttachingContract extends AttachingCase {
  @Test
  void a_volume_is_attached_for_its_pod_and_detached_when_the_node_has_let_go() throws Exception {
    try (var _ = world.control()) {
      Pod web = mounted("web");

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
      Pod first = mounted("first");
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
}
