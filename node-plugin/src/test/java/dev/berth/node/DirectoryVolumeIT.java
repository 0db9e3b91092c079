package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.Limit;
import dev.berth.storage.Volume;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryVolumeIT {
  @TempDir Path dir;
  private RunningNode node;
  private Path staging;
  private Path target;
  private Volume volume;
  private String id;

  @BeforeEach
  void start() throws IOException {
    node = new RunningNode(dir);
    staging = node.folder("staging");
    target = node.path("target");
    volume = node.create("pvc-1", Bytes.ofMiB(8), new Content.Directory(Limit.ADVISORY));
    id = volume.id().toString();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void each_step_may_be_repeated_and_be_followed_by_a_restart() throws IOException {
    for (int i = 0; i < 2; i++) {
      stage();
      node.restart();
    }
    for (int i = 0; i < 2; i++) {
      publish(target);
      node.restart();
    }
    Files.writeString(target.resolve("file"), "data");
    assertThat(volume.image().resolve("file")).hasContent("data");
    assertThat(node.loops()).isEmpty();
    assertThat(node.mounts()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      var _ = node.csi().nodeUnpublishVolume(Requests.unpublish(id, target));
      node.restart();
      assertThat(target).doesNotExist();
    }
    for (int i = 0; i < 2; i++) {
      var _ = node.csi().nodeUnstageVolume(Requests.unstage(id, staging));
      node.restart();
      assertThat(node.mounts()).isEmpty();
    }
    assertThat(staging).isEmptyDirectory();
    assertThat(volume.image().resolve("file")).hasContent("data");
  }

  @Test
  void readonly_makes_one_path_read_only_and_leaves_the_others_writable() throws IOException {
    stage();
    publish(target);
    Path second = node.path("second");
    var _ =
        node.csi()
            .nodePublishVolume(Requests.publish(id, staging, second).setReadonly(true).build());
    Files.writeString(target.resolve("file"), "data");
    assertThat(second.resolve("file")).hasContent("data");
    assertThatThrownBy(() -> Files.writeString(second.resolve("file"), "other"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only");
    refused(
        Code.ALREADY_EXISTS,
        () -> publish(second),
        "volume %s is published at target_path %s already, but differently: it is mounted ro; call NodeUnpublishVolume first"
            .formatted(id, second));
  }

  @Test
  void one_path_only_where_the_access_mode_says_so() {
    stage();
    var once = Requests.mount("", Mode.SINGLE_NODE_SINGLE_WRITER, "noexec");
    for (int i = 0; i < 2; i++) {
      var _ =
          node.csi()
              .nodePublishVolume(
                  Requests.publish(id, staging, target).setVolumeCapability(once).build());
    }
    assertThat(node.mountAt(target).orElseThrow().options()).contains("noexec");
    Path second = node.path("second");
    refused(
        Code.FAILED_PRECONDITION,
        () ->
            node.csi()
                .nodePublishVolume(
                    Requests.publish(id, staging, second).setVolumeCapability(once).build()),
        "volume %s is published at [%s] already, and access mode SINGLE_NODE_SINGLE_WRITER allows one path; call NodeUnpublishVolume there first, or use SINGLE_NODE_MULTI_WRITER"
            .formatted(id, target));
    assertThat(second).doesNotExist();
  }

  @Test
  void it_is_not_unstaged_while_it_is_published_nor_published_before_it_is_staged() {
    refused(
        Code.FAILED_PRECONDITION,
        () -> publish(target),
        "volume %s is not staged at %s; call NodeStageVolume first".formatted(id, staging));
    stage();
    publish(target);
    refused(
        Code.FAILED_PRECONDITION,
        () -> node.csi().nodeUnstageVolume(Requests.unstage(id, staging)),
        "volume %s is still mounted at [%s]; call NodeUnpublishVolume there first"
            .formatted(id, target));
  }

  @Test
  void what_only_a_filesystem_of_its_own_could_do_is_refused() {
    refused(
        Code.FAILED_PRECONDITION,
        () ->
            node.csi()
                .nodeStageVolume(
                    Requests.stage(id, staging)
                        .setVolumeCapability(Requests.mount("xfs", Mode.SINGLE_NODE_MULTI_WRITER))
                        .build()),
        "volume_capability.mount.fs_type is 'xfs', but a directory volume has no filesystem of its own; leave it empty, or use kind image");
    refused(
        Code.FAILED_PRECONDITION,
        () ->
            node.csi()
                .nodeStageVolume(
                    Requests.stage(id, staging).setVolumeCapability(Requests.BLOCK).build()),
        "volume_capability asks for block, but a directory volume has no device; ask for mount, or use kind image");
    refused(
        Code.FAILED_PRECONDITION,
        () ->
            node.csi()
                .nodeStageVolume(
                    Requests.stage(id, staging)
                        .setVolumeCapability(
                            Requests.mount("", Mode.SINGLE_NODE_MULTI_WRITER, "discard"))
                        .build()),
        "volume_capability.mount.mount_flags: 'discard' is not allowed for a directory volume; allowed are atime, defaults, dev, diratime, exec, noatime, nodev, nodiratime, noexec, nosuid, nosymfollow, ro, rw, suid");
  }

  @Test
  void stats_are_known_where_it_is_and_expanding_has_no_part_on_the_node() {
    stage();
    var stats =
        node.csi()
            .nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId(id)
                    .setVolumePath(staging.toString())
                    .build());
    assertThat(stats.getUsageList()).hasSize(2);
    assertThat(stats.getUsage(0).getTotal()).isPositive();
    Volume grown = node.expand(volume, Bytes.ofMiB(16));
    var reply =
        node.csi()
            .nodeExpandVolume(
                NodeExpandVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setVolumePath(staging.toString())
                    .build());
    assertThat(reply.getCapacityBytes()).isEqualTo(grown.size().value());
    refused(
        Code.NOT_FOUND,
        () ->
            node.csi()
                .nodeGetVolumeStats(
                    NodeGetVolumeStatsRequest.newBuilder()
                        .setVolumeId(id)
                        .setVolumePath(node.folder("elsewhere").toString())
                        .build()),
        "volume %s is neither staged nor published at volume_path %s"
            .formatted(id, node.path("elsewhere")));
  }

  private void stage() {
    var _ = node.csi().nodeStageVolume(Requests.stage(id, staging).build());
  }

  private void publish(Path place) {
    var _ = node.csi().nodePublishVolume(Requests.publish(id, staging, place).build());
  }

  private static void refused(Code code, ThrowingCallable call, String message) {
    Status status = catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
    assertThat(status).returns(code, Status::getCode).returns(message, Status::getDescription);
  }
}
