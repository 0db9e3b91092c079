package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Volume;
import dev.berth.storage.linux.MountEntry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Inline ephemeral volumes, as a kubelet asks for them. */
class EphemeralVolumeIT {
  /** As a kubelet makes them up: longer than the name of any folder of ours. */
  private static final String ID =
      "csi-0f2c4d8e6b1a39571b7d9e8f0a2c4d6e8f1b3d5f7a9c0e2d4f6b8a1c3e5d7f90";

  @TempDir Path dir;
  private RunningNode node;
  private Path target;

  @BeforeEach
  void start() throws IOException {
    node = new RunningNode(dir);
    target = node.path("target");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private NodePublishVolumeRequest.Builder request(String... attributes) {
    Map<String, String> context = new TreeMap<>();
    context.put("csi.storage.k8s.io/ephemeral", "true");
    context.put("csi.storage.k8s.io/pod.name", "web-0");
    for (int i = 0; i < attributes.length; i += 2) {
      context.put(attributes[i], attributes[i + 1]);
    }
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(ID)
        .setTargetPath(target.toString())
        .setVolumeCapability(Requests.mount("", Mode.SINGLE_NODE_WRITER))
        .putAllVolumeContext(context);
  }

  private void publish(String... attributes) {
    var _ = node.csi().nodePublishVolume(request(attributes).build());
  }

  private void unpublish() {
    var _ = node.csi().nodeUnpublishVolume(Requests.unpublish(ID, target));
  }

  @Test
  void one_lives_from_publish_to_unpublish_each_of_which_may_be_repeated() throws IOException {
    for (int i = 0; i < 2; i++) {
      publish("size", "32Mi");
      node.restart();
    }
    Volume volume = node.volumes().getFirst();
    assertThat(volume.content()).isEqualTo(new Content.Filesystem(FsType.EXT4));
    assertThat(volume.size()).isEqualTo(Bytes.ofMiB(32));
    assertThat(volume.claim()).isEmpty();
    Files.writeString(target.resolve("file"), "data");
    var stats =
        node.csi()
            .nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId(ID)
                    .setVolumePath(target.toString())
                    .build());
    assertThat(stats.getUsage(0).getTotal()).isBetween(16L << 20, 32L << 20);
    for (int i = 0; i < 2; i++) {
      unpublish();
      assertGone();
    }
  }

  @Test
  void in_memory_it_is_a_tmpfs_of_that_size_and_in_no_pool() throws IOException {
    for (int i = 0; i < 2; i++) {
      publish("size", "4Mi", "medium", "Memory");
      node.restart();
    }
    MountEntry there = node.mountAt(target).orElseThrow();
    assertThat(there.fsType()).isEqualTo("tmpfs");
    assertThat(there.superOptions()).contains("size=4096k");
    assertThat(node.volumes()).isEmpty();
    assertThatThrownBy(() -> Files.write(target.resolve("file"), new byte[5 << 20]))
        .isInstanceOf(IOException.class);
    for (int i = 0; i < 2; i++) {
      unpublish();
      assertGone();
    }
  }

  @Test
  void a_read_only_one_is_read_only_and_fs_type_is_taken_from_either_place() {
    var _ =
        node.csi()
            .nodePublishVolume(
                request("size", "300Mi")
                    .setVolumeCapability(Requests.mount("xfs", Mode.SINGLE_NODE_WRITER))
                    .setReadonly(true)
                    .build());
    assertThat(node.mountAt(target).orElseThrow().fsType()).isEqualTo("xfs");
    assertThatThrownBy(() -> Files.writeString(target.resolve("file"), "data"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only");
    assertThat(refusal(request("size", "300Mi", "fsType", "xfs").setReadonly(false)))
        .startsWith("ALREADY_EXISTS: inline volume");
    unpublish();
    assertGone();
  }

  @Test
  void what_a_node_left_when_it_ended_is_swept_and_what_a_pod_has_is_not() throws IOException {
    publish("size", "32Mi");
    Files.writeString(target.resolve("file"), "data");
    Volume other = node.create("pvc-1", Bytes.ofMiB(32), new Content.Filesystem(FsType.EXT4));
    node.restart();
    assertThat(target.resolve("file")).hasContent("data");
    assertThat(node.volumes()).hasSize(2);
    node.unmount(target);
    node.restart();
    assertThat(node.volumes()).containsExactly(other);
    assertThat(node.loops()).isEmpty();
    unpublish();
    assertThat(target).doesNotExist();
    assertThat(node.volumes()).containsExactly(other);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(
            new String[] {},
            "INVALID_ARGUMENT: volume_context.size is required for an inline volume; set it, as in 1Gi"),
        Arguments.of(
            new String[] {"size", "much"},
            "INVALID_ARGUMENT: volume_context.size \"much\" is not valid; it takes a size such as 20Gi, 500M or 1073741824"),
        Arguments.of(
            new String[] {"size", "1Gi"},
            "INVALID_ARGUMENT: volume_context.size 1Gi is more than the 512Mi that inline volumes of this driver may have; ask for less, or use a claim"),
        Arguments.of(
            new String[] {"size", "32Mi", "pool", "disk"},
            "INVALID_ARGUMENT: volume_context.pool is not an attribute of inline volumes; known are size, fsType, medium"),
        Arguments.of(
            new String[] {"size", "32Mi", "medium", "Tape"},
            "INVALID_ARGUMENT: volume_context.medium \"Tape\" is not valid; it takes Memory, or nothing for a disk"),
        Arguments.of(
            new String[] {"size", "32Mi", "medium", "Memory", "fsType", "xfs"},
            "INVALID_ARGUMENT: volume_context.fsType does not go with medium Memory, which is always a tmpfs; leave it out"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void attributes_that_are_wrong_are_refused_and_leave_nothing(String[] attributes, String why) {
    assertThat(refusal(request(attributes))).isEqualTo(why);
    assertGone();
  }

  @Test
  void the_id_of_another_volume_is_no_inline_volume() {
    Volume other = node.create("pvc-1", Bytes.ofMiB(32), new Content.Filesystem(FsType.EXT4));
    assertThat(refusal(request("size", "32Mi").setVolumeId(other.id().toString())))
        .isEqualTo(
            "INVALID_ARGUMENT: volume_id %s is one of a volume that CreateVolume makes; an inline volume needs another"
                .formatted(other.id()));
    unpublish();
    assertThat(node.volumes()).containsExactly(other);
  }

  private void assertGone() {
    assertThat(node.mounts()).isEmpty();
    assertThat(node.loops()).isEmpty();
    assertThat(node.volumes()).isEmpty();
    assertThat(target).doesNotExist();
  }

  private String refusal(NodePublishVolumeRequest.Builder request) {
    Status status =
        catchThrowableOfType(
                StatusRuntimeException.class, () -> node.csi().nodePublishVolume(request.build()))
            .getStatus();
    return status.getCode() + ": " + status.getDescription();
  }
}
