package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGetVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerServiceCapability.RPC;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ControllerPublishVolume and ControllerUnpublishVolume, and what else a shared pool changes. */
class PublishServiceTest {
  private static final VolumeCapability WRITER = Requests.mount("ext4", Mode.SINGLE_NODE_WRITER);

  private RunningController one;
  private RunningController two;

  @BeforeEach
  void start(@TempDir Path dir) {
    one = RunningController.shared(dir, "node-1", 0);
    two = RunningController.shared(dir, "node-2", 1);
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private String volume(String name) {
    return one.controller().createVolume(Requests.create(name).build()).getVolume().getVolumeId();
  }

  private static ControllerPublishVolumeRequest.Builder publish(String volume, String node) {
    return ControllerPublishVolumeRequest.newBuilder()
        .setVolumeId(volume)
        .setNodeId(node)
        .setVolumeCapability(WRITER);
  }

  private Map<String, String> published(ControllerPublishVolumeRequest.Builder request) {
    return two.controller().controllerPublishVolume(request.build()).getPublishContextMap();
  }

  private void refused(
      ControllerPublishVolumeRequest.Builder request, Status.Code code, String message) {
    assertThatThrownBy(() -> published(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(message);
            });
  }

  private void unpublish(String volume, String node) {
    one.controller()
        .controllerUnpublishVolume(
            ControllerUnpublishVolumeRequest.newBuilder()
                .setVolumeId(volume)
                .setNodeId(node)
                .build());
  }

  @Test
  void what_is_missing_is_invalid_and_what_is_unknown_is_not_found() {
    String id = volume("pvc-1");
    refused(publish("", "node-1"), Status.Code.INVALID_ARGUMENT, "volume_id is required");
    refused(publish(id, ""), Status.Code.INVALID_ARGUMENT, "node_id is required");
    refused(
        publish(id, "node-1").clearVolumeCapability(),
        Status.Code.INVALID_ARGUMENT,
        "volume_capability is required");
    refused(publish("fake-vol-id", "node-1"), Status.Code.NOT_FOUND, "'fake-vol-id' does not");
    refused(publish(id, "node-9"), Status.Code.NOT_FOUND, "\"node-9\" is none of the nodes");
    refused(publish(id, "../up"), Status.Code.NOT_FOUND, "node '../up' does not exist");
  }

  @Test
  void publishing_twice_gives_the_same_context_twice() {
    String id = volume("pvc-1");
    assertThat(published(publish(id, "node-1"))).containsExactly(Map.entry("epoch", "1"));
    assertThat(published(publish(id, "node-1"))).containsExactly(Map.entry("epoch", "1"));
  }

  @Test
  void another_way_on_the_same_node_is_a_conflict() {
    String id = volume("pvc-1");
    assertThat(published(publish(id, "node-1").setReadonly(true)))
        .containsEntry("readonly", "true");
    refused(
        publish(id, "node-1"),
        Status.Code.ALREADY_EXISTS,
        "as SINGLE_NODE_WRITER readonly and not as SINGLE_NODE_WRITER");
    refused(
        publish(id, "node-1")
            .setVolumeCapability(Requests.mount("ext4", Mode.SINGLE_NODE_READER_ONLY)),
        Status.Code.ALREADY_EXISTS,
        "call ControllerUnpublishVolume first");
  }

  @Test
  void a_volume_of_one_node_goes_to_another_when_the_first_has_let_go() {
    String id = volume("pvc-1");
    published(publish(id, "node-1"));
    refused(
        publish(id, "node-2"),
        Status.Code.FAILED_PRECONDITION,
        "is published to node node-1, and access mode SINGLE_NODE_WRITER allows one node");
    unpublish(id, "node-1");
    assertThat(published(publish(id, "node-2"))).containsEntry("epoch", "2");
  }

  @Test
  void a_node_at_its_limit_takes_no_more() {
    published(publish(volume("pvc-1"), "node-2"));
    refused(
        publish(volume("pvc-2"), "node-2"),
        Status.Code.RESOURCE_EXHAUSTED,
        "node node-2 has 1 volumes published to it, and its limit is 1");
  }

  @Test
  void what_an_image_cannot_be_is_invalid() {
    String id = volume("pvc-1");
    refused(
        publish(id, "node-1")
            .setVolumeCapability(Requests.mount("ext4", Mode.MULTI_NODE_MULTI_WRITER)),
        Status.Code.INVALID_ARGUMENT,
        "MULTI_NODE_MULTI_WRITER");
    refused(
        publish(id, "node-1").setVolumeCapability(Requests.block(Mode.SINGLE_NODE_WRITER)),
        Status.Code.INVALID_ARGUMENT,
        "asks for block");
    VolumeCapability block = Requests.block(Mode.SINGLE_NODE_WRITER);
    String raw =
        one.controller()
            .createVolume(Requests.create("raw", block).build())
            .getVolume()
            .getVolumeId();
    refused(
        publish(raw, "node-1").setVolumeCapability(block).setReadonly(true),
        Status.Code.INVALID_ARGUMENT,
        "readonly is set, but volume " + raw + " is a block volume");
  }

  @Test
  void a_directory_of_many_nodes_is_published_to_each() {
    VolumeCapability many = Requests.mount("", Mode.MULTI_NODE_MULTI_WRITER);
    String id =
        one.controller()
            .createVolume(
                Requests.create("shared", many)
                    .putParameters("kind", "directory")
                    .putParameters("capacity", "advisory")
                    .build())
            .getVolume()
            .getVolumeId();
    assertThat(published(publish(id, "node-1").setVolumeCapability(many))).isEmpty();
    assertThat(published(publish(id, "node-2").setVolumeCapability(many))).isEmpty();
    assertThat(two.controller().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntries(0))
        .satisfies(
            e ->
                assertThat(e.getStatus().getPublishedNodeIdsList())
                    .containsExactly("node-1", "node-2"));
    unpublish(id, "node-1");
    unpublish(id, "node-2");
    VolumeCapability single = Requests.mount("", Mode.SINGLE_NODE_SINGLE_WRITER);
    published(publish(id, "node-1").setVolumeCapability(single));
    refused(
        publish(id, "node-2").setVolumeCapability(many),
        Status.Code.FAILED_PRECONDITION,
        "is published to node node-1, and access mode SINGLE_NODE_SINGLE_WRITER allows one node");
  }

  @Test
  void unpublishing_succeeds_whatever_is_gone() {
    unpublish("fake-vol-id", "node-1");
    String id = volume("pvc-1");
    unpublish(id, "node-9");
    published(publish(id, "node-1"));
    unpublish(id, "");
    one.controller().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
    unpublish(id, "node-1");
    assertThatThrownBy(() -> unpublish("", "node-1"))
        .hasMessageContaining("INVALID_ARGUMENT: volume_id is required");
  }

  @Test
  void lists_tell_where_volumes_are_published() {
    String id = volume("pvc-1");
    published(publish(id, "node-2"));
    var entry = one.controller().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntries(0);
    assertThat(entry.getStatus().getPublishedNodeIdsList()).containsExactly("node-2");
    assertThat(entry.getVolume().getAccessibleTopologyList()).isEmpty();
    assertThat(
            one.controller()
                .controllerGetVolume(
                    ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build())
                .getStatus()
                .getPublishedNodeIdsList())
        .containsExactly("node-2");
  }

  @Test
  void a_published_volume_is_not_deleted() {
    String id = volume("pvc-1");
    published(publish(id, "node-2"));
    assertThatThrownBy(
            () ->
                one.controller()
                    .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build()))
        .hasMessageContaining("FAILED_PRECONDITION: volume " + id + " is published to node-2");
  }

  @Test
  void a_shared_driver_publishes_and_has_no_topology_and_a_local_one_the_other_way_round(
      @TempDir Path other) {
    assertThat(
            one.controller()
                .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(c -> c.getRpc().getType())
        .contains(
            RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
            RPC.Type.PUBLISH_READONLY,
            RPC.Type.LIST_VOLUMES_PUBLISHED_NODES);
    assertThat(
            one.identity()
                .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(c -> c.getService().getType())
        .doesNotContain(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS);
    try (RunningController local = new RunningController(other)) {
      assertThatThrownBy(
              () -> local.controller().controllerPublishVolume(publish("a", "b").build()))
          .hasMessageContaining("UNIMPLEMENTED");
      assertThatThrownBy(
              () ->
                  local
                      .controller()
                      .controllerUnpublishVolume(
                          ControllerUnpublishVolumeRequest.getDefaultInstance()))
          .hasMessageContaining("UNIMPLEMENTED");
    }
  }
}
