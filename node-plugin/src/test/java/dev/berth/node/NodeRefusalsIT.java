package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeGetCapabilitiesRequest;
import dev.berth.csi.v1.NodeGetInfoRequest;
import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeServiceCapability;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The error tables of the Node calls, against one node that must stay as it is. */
class NodeRefusalsIT {
  private static final String REQUIRED = " is required, and this request leaves it empty";

  @TempDir static Path dir;
  private static RunningNode node;
  private static Path folder;
  private static Path staged;
  private static Path file;
  private static Path link;
  private static Path nothing;
  private static String id;
  private static String stagedId;

  /** One row: a call, its code and its message. */
  record Row(Runnable call, Code code, String message) {
    @Override
    public String toString() {
      return code + ": " + message;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    node = new RunningNode(dir);
    folder = node.folder("folder");
    staged = node.folder("staged");
    file = Files.writeString(node.path("file"), "not a directory");
    link = Files.createSymbolicLink(node.path("link"), folder);
    nothing = node.path("nothing");
    Content ext4 = new Content.Filesystem(FsType.EXT4);
    id = node.create("free", Bytes.ofMiB(16), ext4).id().toString();
    stagedId = node.create("staged", Bytes.ofMiB(16), ext4).id().toString();
    var _ = node.csi().nodeStageVolume(Requests.stage(stagedId, staged).build());
  }

  @AfterAll
  static void stop() {
    try (RunningNode running = node) {
      assertThat(running.mounts()).isNotEmpty();
      assertThat(node.mounts()).hasSize(1);
      assertThat(node.loops()).hasSize(1);
      assertThat(nothing).doesNotExist();
      assertThat(folder).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @MethodSource({"staging", "publishing", "takingAway", "looking"})
  void is_refused_in_words(Row row) {
    var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> row.call().run());
    assertThat(refusal).as("the call was answered OK").isNotNull();
    Status status = refusal.getStatus();
    assertThat(status.getDescription()).isEqualTo(row.message());
    assertThat(status.getCode()).isEqualTo(row.code());
  }

  static Stream<Row> staging() {
    Path dots = folder.resolve("../x");
    return Stream.of(
        stage(Requests.stage("", folder), Code.INVALID_ARGUMENT, "volume_id" + REQUIRED),
        stage(
            Requests.stage(id, folder).clearStagingTargetPath(),
            Code.INVALID_ARGUMENT,
            "staging_target_path" + REQUIRED),
        stage(
            Requests.stage(id, folder).clearVolumeCapability(),
            Code.INVALID_ARGUMENT,
            "volume_capability" + REQUIRED),
        stage(
            Requests.stage(id, folder).setVolumeCapability(VolumeCapability.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "volume_capability.access_mode.mode" + REQUIRED),
        stage(
            Requests.stage("fake-vol-id", folder),
            Code.NOT_FOUND,
            "volume 'fake-vol-id' does not exist; ids of this driver look like <pool id>.<name>"),
        stage(
            Requests.stage(id, Path.of("some/path")),
            Code.INVALID_ARGUMENT,
            "staging_target_path some/path is relative; give an absolute path"),
        stage(
            Requests.stage(id, dots),
            Code.INVALID_ARGUMENT,
            "staging_target_path " + dots + " contains . or ..; give the path that it leads to"),
        stage(
            Requests.stage(id, file),
            Code.INVALID_ARGUMENT,
            "staging_target_path "
                + file
                + " is not a directory; the caller makes it before it stages"),
        stage(
            Requests.stage(id, link),
            Code.INVALID_ARGUMENT,
            "staging_target_path " + link + " is a symbolic link; give the path that it leads to"),
        stage(
            Requests.stage(id, nothing),
            Code.INVALID_ARGUMENT,
            "staging_target_path "
                + nothing
                + " is not a directory; the caller makes it before it stages"),
        stage(
            Requests.stage(id, folder).setVolumeCapability(Requests.BLOCK),
            Code.FAILED_PRECONDITION,
            "volume_capability asks for block, but volume %s holds an ext4 filesystem; ask for mount"
                .formatted(id)),
        stage(
            Requests.stage(id, folder)
                .setVolumeCapability(Requests.mount("xfs", Mode.SINGLE_NODE_WRITER)),
            Code.FAILED_PRECONDITION,
            "volume_capability.mount.fs_type is 'xfs', but volume %s holds ext4; leave it empty or ask for ext4"
                .formatted(id)),
        stage(
            Requests.stage(stagedId, folder),
            Code.FAILED_PRECONDITION,
            "volume %s is mounted at [%s] already; call NodeUnpublishVolume or NodeUnstageVolume there first"
                .formatted(stagedId, staged)));
  }

  static Stream<Row> publishing() {
    return Stream.of(
        publish(
            Requests.publish("", folder, nothing), Code.INVALID_ARGUMENT, "volume_id" + REQUIRED),
        publish(
            Requests.publish(id, folder, nothing).clearTargetPath(),
            Code.INVALID_ARGUMENT,
            "target_path" + REQUIRED),
        publish(
            Requests.publish(id, folder, nothing).clearVolumeCapability(),
            Code.INVALID_ARGUMENT,
            "volume_capability" + REQUIRED),
        publish(
            Requests.publish("x", folder, nothing),
            Code.NOT_FOUND,
            "volume 'x' does not exist; ids of this driver look like <pool id>.<name>"),
        publish(
            Requests.publish(id, folder, nothing).clearStagingTargetPath(),
            Code.FAILED_PRECONDITION,
            "staging_target_path is empty, but STAGE_UNSTAGE_VOLUME is announced; give the path of NodeStageVolume"),
        publish(
            Requests.publish(id, folder, nothing),
            Code.FAILED_PRECONDITION,
            "volume %s is not staged at %s; call NodeStageVolume first".formatted(id, folder)),
        publish(
            Requests.publish(stagedId, folder, nothing),
            Code.FAILED_PRECONDITION,
            "volume %s is not staged at %s; call NodeStageVolume first"
                .formatted(stagedId, folder)),
        publish(
            Requests.publish(stagedId, staged, Path.of("a/b")),
            Code.INVALID_ARGUMENT,
            "target_path a/b is relative; give an absolute path"),
        publish(
            Requests.publish(stagedId, staged, file),
            Code.INVALID_ARGUMENT,
            "target_path "
                + file
                + " exists and is not a directory; remove it or publish somewhere else"),
        publish(
            Requests.publish(stagedId, staged, link),
            Code.INVALID_ARGUMENT,
            "target_path " + link + " is a symbolic link; give the path that it leads to"),
        publish(
            Requests.publish(stagedId, staged, nothing.resolve("below/it")),
            Code.INVALID_ARGUMENT,
            "target_path %s: %s does not exist; its parent must exist"
                .formatted(nothing.resolve("below/it"), nothing.resolve("below"))),
        publish(
            Requests.publish(stagedId, staged, nothing).setVolumeCapability(Requests.BLOCK),
            Code.FAILED_PRECONDITION,
            "volume_capability asks for block, but volume %s holds an ext4 filesystem; ask for mount"
                .formatted(stagedId)));
  }

  static Stream<Row> takingAway() {
    return Stream.of(
        new Row(() -> unstage("", folder), Code.INVALID_ARGUMENT, "volume_id" + REQUIRED),
        new Row(
            () -> unstage(id, Path.of("")),
            Code.INVALID_ARGUMENT,
            "staging_target_path" + REQUIRED),
        new Row(() -> unpublish("", nothing), Code.INVALID_ARGUMENT, "volume_id" + REQUIRED),
        new Row(() -> unpublish(id, Path.of("")), Code.INVALID_ARGUMENT, "target_path" + REQUIRED),
        new Row(
            () -> unpublish(id, file),
            Code.FAILED_PRECONDITION,
            "nothing is mounted at target_path %s, but it is a file with something in it; look at it and remove it by hand"
                .formatted(file)),
        new Row(
            () -> unpublish(id, node.path("pool")),
            Code.FAILED_PRECONDITION,
            "nothing is mounted at target_path %s, but it is a directory with something in it; look at it and remove it by hand"
                .formatted(node.path("pool"))));
  }

  static Stream<Row> looking() {
    return Stream.of(
        new Row(() -> stats("", "/x"), Code.INVALID_ARGUMENT, "volume_id" + REQUIRED),
        new Row(() -> stats(id, ""), Code.INVALID_ARGUMENT, "volume_path" + REQUIRED),
        new Row(
            () -> stats("x", "some/path"),
            Code.NOT_FOUND,
            "volume 'x' does not exist; ids of this driver look like <pool id>.<name>"),
        new Row(
            () -> stats(stagedId, "some/path"),
            Code.NOT_FOUND,
            "volume %s is neither staged nor published at volume_path some/path"
                .formatted(stagedId)),
        new Row(() -> expand("", "/x", 0), Code.INVALID_ARGUMENT, "volume_id" + REQUIRED),
        new Row(() -> expand(id, "", 0), Code.INVALID_ARGUMENT, "volume_path" + REQUIRED),
        new Row(
            () -> expand(id, folder.toString(), 0),
            Code.NOT_FOUND,
            "volume %s is neither staged nor published at volume_path %s".formatted(id, folder)),
        new Row(
            () -> expand(stagedId, staged.toString(), 1L << 30),
            Code.OUT_OF_RANGE,
            "capacity_range.required_bytes is 1073741824, but volume %s has 16777216; call ControllerExpandVolume first"
                .formatted(stagedId)));
  }

  @Test
  void what_is_not_there_is_taken_away_already() {
    unpublish("fake-vol-id", nothing);
    unpublish(id, nothing.resolve("below"));
    unstage("fake-vol-id", nothing);
    unstage(id, folder);
    assertThat(node.mounts()).hasSize(1);
  }

  @Test
  void a_strangers_mount_is_left_alone_by_every_call() {
    for (Runnable call :
        new Runnable[] {
          () -> stage(Requests.stage(id, staged), Code.OK, "").call().run(),
          () -> unstage(id, staged),
          () -> unpublish(id, staged)
        }) {
      var refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
      assertThat(refusal.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(refusal.getStatus().getDescription())
          .contains(staged + " holds a mount of /dev/loop");
    }
    assertThat(node.mountAt(staged)).isPresent();
  }

  @Test
  void the_node_tells_its_name_its_place_and_what_it_can() {
    assertThat(node.csi().nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()))
        .isEqualTo(
            NodeGetInfoResponse.newBuilder()
                .setNodeId("node-1")
                .setAccessibleTopology(
                    Topology.newBuilder().putSegments("topology.local.berth.dev/node", "node-1"))
                .build());
    assertThat(
            node.csi()
                .nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(c -> c.getRpc().getType())
        .containsExactly(
            NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
            NodeServiceCapability.RPC.Type.GET_VOLUME_STATS,
            NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
            NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER,
            NodeServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
            NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH);
  }

  private static Row stage(NodeStageVolumeRequest.Builder request, Code code, String message) {
    return new Row(
        () -> {
          var _ = node.csi().nodeStageVolume(request.build());
        },
        code,
        message);
  }

  private static Row publish(NodePublishVolumeRequest.Builder request, Code code, String message) {
    return new Row(
        () -> {
          var _ = node.csi().nodePublishVolume(request.build());
        },
        code,
        message);
  }

  private static void unstage(String volume, Path place) {
    var _ = node.csi().nodeUnstageVolume(Requests.unstage(volume, place));
  }

  private static void unpublish(String volume, Path place) {
    var _ = node.csi().nodeUnpublishVolume(Requests.unpublish(volume, place));
  }

  private static void stats(String volume, String path) {
    var _ =
        node.csi()
            .nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId(volume)
                    .setVolumePath(path)
                    .build());
  }

  private static void expand(String volume, String path, long required) {
    var request = NodeExpandVolumeRequest.newBuilder().setVolumeId(volume).setVolumePath(path);
    if (required > 0) {
      request.setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(required));
    }
    var _ = node.csi().nodeExpandVolume(request.build());
  }
}
