package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.csi.v1.VolumeUsage;
import dev.berth.storage.Bytes;
import dev.berth.storage.Claim;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Volume;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FilesystemVolumeIT {
  @TempDir Path dir;
  private RunningNode node;
  private Path staging;
  private Path target;

  @BeforeEach
  void start() throws IOException {
    node = new RunningNode(dir);
    staging = node.folder("staging");
    target = node.path("target");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @EnumSource(FsType.class)
  void each_step_may_be_repeated_and_be_followed_by_a_restart(FsType type) throws IOException {
    String id = create(type).id().toString();
    for (int i = 0; i < 2; i++) {
      stage(id);
      node.restart();
    }
    assertThat(node.mountAt(staging).orElseThrow().fsType()).isEqualTo(type.kernelName());
    for (int i = 0; i < 2; i++) {
      publish(Requests.publish(id, staging, target));
      node.restart();
    }
    Files.writeString(target.resolve("file"), "data");
    assertThat(staging.resolve("file")).hasContent("data");
    for (int i = 0; i < 2; i++) {
      var _ = node.csi().nodeUnpublishVolume(Requests.unpublish(id, target));
      node.restart();
      assertThat(target).doesNotExist();
    }
    for (int i = 0; i < 2; i++) {
      var _ = node.csi().nodeUnstageVolume(Requests.unstage(id, staging));
      node.restart();
      assertThat(node.mounts()).isEmpty();
      assertThat(node.loops()).isEmpty();
    }
    assertThat(staging).isEmptyDirectory();
  }

  @Test
  void readonly_makes_one_path_read_only_and_leaves_the_others_writable() throws IOException {
    String id = create(FsType.EXT4).id().toString();
    stage(id);
    publish(Requests.publish(id, staging, target));
    Path second = node.path("second");
    publish(Requests.publish(id, staging, second).setReadonly(true));
    Files.writeString(target.resolve("file"), "data");
    assertThat(second.resolve("file")).hasContent("data");
    assertThatThrownBy(() -> Files.writeString(second.resolve("file"), "other"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only");
  }

  @Test
  void a_mode_without_writers_is_staged_and_published_read_only() {
    String id = create(FsType.XFS).id().toString();
    var readers = Requests.mount("", Mode.MULTI_NODE_READER_ONLY);
    for (int i = 0; i < 2; i++) {
      var _ =
          node.csi()
              .nodeStageVolume(Requests.stage(id, staging).setVolumeCapability(readers).build());
      publish(Requests.publish(id, staging, target).setVolumeCapability(readers));
    }
    assertThat(node.mountAt(staging).orElseThrow().isReadOnly()).isTrue();
    Status status = refusal(Requests.publish(id, staging, node.path("writer")));
    assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(status.getDescription())
        .startsWith("volume %s is read-only at %s".formatted(id, staging));
  }

  @Test
  void mount_flags_reach_the_mount_and_a_second_publish_with_others_is_a_conflict() {
    String id = create(FsType.EXT4).id().toString();
    var flags =
        Requests.mount("ext4", Mode.SINGLE_NODE_MULTI_WRITER, "noexec,noatime", "data=writeback");
    for (int i = 0; i < 2; i++) {
      var _ =
          node.csi()
              .nodeStageVolume(Requests.stage(id, staging).setVolumeCapability(flags).build());
      publish(Requests.publish(id, staging, target).setVolumeCapability(flags));
    }
    assertThat(node.mountAt(staging).orElseThrow().superOptions()).contains("data=writeback");
    assertThat(node.mountAt(target).orElseThrow().options()).contains("noexec", "noatime");
    assertThat(
            refusal(
                Requests.publish(id, staging, target).setVolumeCapability(flags).setReadonly(true)))
        .returns(Code.ALREADY_EXISTS, Status::getCode)
        .returns(
            "volume %s is published at target_path %s already, but differently: it is mounted without ro; call NodeUnpublishVolume first"
                .formatted(id, target),
            Status::getDescription);
    var stagedOtherwise =
        catchThrowableOfType(StatusRuntimeException.class, () -> stage(id)).getStatus();
    assertThat(stagedOtherwise.getCode()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(stagedOtherwise.getDescription())
        .isEqualTo(
            "volume %s is staged at %s already, but differently: it is mounted noexec; call NodeUnstageVolume first"
                .formatted(id, staging));
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"SINGLE_NODE_WRITER", "SINGLE_NODE_SINGLE_WRITER", "SINGLE_NODE_MULTI_WRITER"})
  void a_second_path_is_for_modes_of_several_writers(Mode mode) {
    String id = create(FsType.EXT4).id().toString();
    var capability = Requests.mount("", mode);
    stage(id);
    publish(Requests.publish(id, staging, target).setVolumeCapability(capability));
    Path other = node.path("other");
    var second = Requests.publish(id, staging, other).setVolumeCapability(capability);
    if (mode == Mode.SINGLE_NODE_MULTI_WRITER) {
      publish(second);
      assertThat(node.mountAt(other)).isPresent();
    } else {
      assertThat(refusal(second))
          .returns(Code.FAILED_PRECONDITION, Status::getCode)
          .returns(
              "volume %s is published at [%s] already, and access mode %s allows one path; call NodeUnpublishVolume there first, or use SINGLE_NODE_MULTI_WRITER"
                  .formatted(id, target, mode),
              Status::getDescription);
      assertThat(other).doesNotExist();
    }
  }

  @Test
  void unstage_of_a_published_volume_names_where_and_changes_nothing() {
    String id = create(FsType.EXT4).id().toString();
    stage(id);
    publish(Requests.publish(id, staging, target));
    Status status =
        catchThrowableOfType(
                StatusRuntimeException.class,
                () -> node.csi().nodeUnstageVolume(Requests.unstage(id, staging)))
            .getStatus();
    assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(status.getDescription())
        .isEqualTo(
            "volume %s is still mounted at [%s]; call NodeUnpublishVolume there first"
                .formatted(id, target));
    assertThat(node.mounts()).hasSize(2);
  }

  @Test
  void unstage_while_a_file_is_open_says_so_and_works_afterwards() throws IOException {
    String id = create(FsType.EXT4).id().toString();
    stage(id);
    try (var _ = Files.newOutputStream(staging.resolve("open"))) {
      Status status =
          catchThrowableOfType(
                  StatusRuntimeException.class,
                  () -> node.csi().nodeUnstageVolume(Requests.unstage(id, staging)))
              .getStatus();
      assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(status.getDescription())
          .isEqualTo(
              "volume %s at %s is in use: a process has a file open or stands in it; end it, then unstage again"
                  .formatted(id, staging));
    }
    var _ = node.csi().nodeUnstageVolume(Requests.unstage(id, staging));
    assertThat(node.loops()).isEmpty();
  }

  @Test
  void a_volume_whose_record_is_gone_is_still_unpublished_and_unstaged() throws IOException {
    Volume volume = create(FsType.EXT4);
    String id = volume.id().toString();
    stage(id);
    publish(Requests.publish(id, staging, target));
    Files.delete(volume.image().resolveSibling("volume.json"));
    Files.delete(volume.image());
    Files.delete(volume.image().getParent());
    node.restart();
    var _ = node.csi().nodeUnpublishVolume(Requests.unpublish(id, target));
    var _ = node.csi().nodeUnstageVolume(Requests.unstage(id, staging));
    assertThat(node.mounts()).isEmpty();
    assertThat(target).doesNotExist();
    assertThat(node.loops()).isEmpty();
  }

  @Test
  void a_mount_that_fails_leaves_the_image_detached() throws IOException {
    Volume volume = create(FsType.EXT4);
    try (FileChannel image = FileChannel.open(volume.image(), StandardOpenOption.WRITE)) {
      image.write(ByteBuffer.allocate(64 * 1024), 0);
    }
    Status status =
        catchThrowableOfType(StatusRuntimeException.class, () -> stage(volume.id().toString()))
            .getStatus();
    assertThat(status.getDescription()).startsWith("mount /dev/loop").contains("type ext4");
    assertThat(node.loops()).isEmpty();
    assertThat(node.mounts()).isEmpty();
  }

  @Test
  void stats_are_those_of_the_filesystem_at_any_of_its_paths() throws IOException {
    String id = create(FsType.EXT4).id().toString();
    stage(id);
    publish(Requests.publish(id, staging, target));
    for (Path path : new Path[] {staging, target}) {
      var usage =
          node.csi()
              .nodeGetVolumeStats(
                  NodeGetVolumeStatsRequest.newBuilder()
                      .setVolumeId(id)
                      .setVolumePath(path.toString())
                      .build())
              .getUsageList();
      var store = Files.getFileStore(path);
      assertThat(usage)
          .extracting(VolumeUsage::getUnit)
          .containsExactly(VolumeUsage.Unit.BYTES, VolumeUsage.Unit.INODES);
      assertThat(usage.getFirst().getTotal()).isEqualTo(store.getTotalSpace());
      assertThat(usage.getFirst().getAvailable()).isEqualTo(store.getUsableSpace());
      assertThat(usage.getLast().getTotal()).isPositive();
    }
  }

  @Test
  void a_mounted_xfs_grows_also_when_asked_at_a_read_only_path() {
    Volume volume = create(FsType.XFS);
    String id = volume.id().toString();
    stage(id);
    publish(Requests.publish(id, staging, target).setReadonly(true));
    long before = staging.toFile().getTotalSpace();
    node.expand(volume, Bytes.ofMiB(640));
    for (int i = 0; i < 2; i++) {
      var reply =
          node.csi()
              .nodeExpandVolume(
                  NodeExpandVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setVolumePath(target.toString())
                      .build());
      assertThat(reply.getCapacityBytes()).isEqualTo(Bytes.ofMiB(640).value());
    }
    assertThat(staging.toFile().getTotalSpace()).isGreaterThan(before + Bytes.ofMiB(200).value());
  }

  @Test
  void an_ext4_grows_with_cap_sys_resource_and_names_it_without() throws IOException {
    Volume volume = create(FsType.EXT4);
    String id = volume.id().toString();
    stage(id);
    node.expand(volume, Bytes.ofMiB(640));
    var request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setVolumePath(staging.toString())
            .build();
    if (mayGrowExt4()) {
      assertThat(node.csi().nodeExpandVolume(request).getCapacityBytes())
          .isEqualTo(Bytes.ofMiB(640).value());
    } else {
      var status =
          catchThrowableOfType(
                  StatusRuntimeException.class, () -> node.csi().nodeExpandVolume(request))
              .getStatus();
      assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(status.getDescription()).contains("CAP_SYS_RESOURCE");
    }
  }

  @Test
  void a_volume_that_grew_while_it_was_away_is_staged_with_all_its_room() {
    Volume volume = create(FsType.XFS);
    node.expand(volume, Bytes.ofMiB(640));
    stage(volume.id().toString());
    assertThat(staging.toFile().getTotalSpace()).isGreaterThan(Bytes.ofMiB(500).value());
  }

  @Test
  void a_volume_that_grows_before_its_stage_has_its_turn_is_staged_with_all_its_room()
      throws InterruptedException {
    Volume volume = create(FsType.XFS);
    CountDownLatch turn = new CountDownLatch(1);
    node.keepBusyUntil(turn);
    var late =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> {
              var _ =
                  node.csi()
                      .withDeadlineAfter(1, TimeUnit.SECONDS)
                      .nodeStageVolume(Requests.stage(volume.id().toString(), staging).build());
            });
    assertThat(late.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    node.expand(volume, Bytes.ofMiB(640));
    turn.countDown();
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(node.mountAt(staging)).isPresent();
              assertThat(staging.toFile().getTotalSpace())
                  .isBetween(Bytes.ofMiB(500).value(), Bytes.ofMiB(640).value());
            });
  }

  @Test
  void a_volume_of_a_cluster_is_acknowledged_before_it_can_hold_anything() {
    Claim claim = new Claim(Optional.of("c-1"), "default", "data", Optional.of("u-1"), "pvc-1");
    Volume ours =
        node.create(
            "pvc-1", Bytes.ofMiB(8), new Content.Filesystem(FsType.EXT4), Optional.of(claim));
    Volume strangers = node.create("pvc-2", Bytes.ofMiB(8), new Content.Filesystem(FsType.EXT4));
    assertThat(node.stored(ours).acknowledged()).isFalse();
    stage(ours.id().toString());
    assertThat(node.stored(ours).acknowledged()).isTrue();
    var _ = node.csi().nodeUnstageVolume(Requests.unstage(ours.id().toString(), staging));
    stage(strangers.id().toString());
    assertThat(node.stored(strangers).acknowledged()).isFalse();
  }

  private Volume create(FsType type) {
    return node.create("pvc-1", Bytes.ofMiB(320), new Content.Filesystem(type));
  }

  private void stage(String id) {
    var _ = node.csi().nodeStageVolume(Requests.stage(id, staging).build());
  }

  private void publish(NodePublishVolumeRequest.Builder request) {
    var _ = node.csi().nodePublishVolume(request.build());
  }

  private Status refusal(NodePublishVolumeRequest.Builder request) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> publish(request)).getStatus();
  }

  /** CAP_SYS_RESOURCE is bit 24 of the effective set (capabilities(7)). */
  private static boolean mayGrowExt4() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("CapEff:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(set -> (set >> 24 & 1) == 1);
  }
}
