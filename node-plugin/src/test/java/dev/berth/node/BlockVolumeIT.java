package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.Volume;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockVolumeIT {
  @TempDir Path dir;
  private RunningNode node;
  private Path staging;
  private Path target;

  @BeforeEach
  void start() throws IOException {
    node = new RunningNode(dir);
    staging = node.folder("staging");
    target = node.path("device");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 4096})
  void the_device_appears_at_the_path_and_each_step_may_be_repeated_after_a_restart(long blockSize)
      throws IOException {
    Volume volume = create(new Bytes(blockSize));
    String id = volume.id().toString();
    for (int i = 0; i < 2; i++) {
      stage(id);
      node.restart();
    }
    assertThat(node.loops().getFirst().blockSize()).isEqualTo(new Bytes(blockSize));
    for (int i = 0; i < 2; i++) {
      publish(id, target);
      node.restart();
    }
    byte[] data = "data".getBytes(StandardCharsets.UTF_8);
    try (FileChannel device = FileChannel.open(target, StandardOpenOption.WRITE)) {
      device.write(ByteBuffer.wrap(data));
      device.force(true);
    }
    var usage =
        node.csi()
            .nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId(id)
                    .setVolumePath(target.toString())
                    .build())
            .getUsage(0);
    assertThat(usage.getTotal()).isEqualTo(Bytes.ofMiB(16).value());
    for (int i = 0; i < 2; i++) {
      var _ = node.csi().nodeUnpublishVolume(Requests.unpublish(id, target));
      node.restart();
      assertThat(target).doesNotExist();
    }
    for (int i = 0; i < 2; i++) {
      var _ = node.csi().nodeUnstageVolume(Requests.unstage(id, staging));
      node.restart();
      assertThat(node.loops()).isEmpty();
    }
    try (FileChannel image = FileChannel.open(volume.image())) {
      ByteBuffer begin = ByteBuffer.allocate(data.length);
      image.read(begin);
      assertThat(begin.array()).isEqualTo(data);
    }
  }

  @Test
  void a_second_path_shows_the_same_device_and_unstage_waits_for_both() {
    String id = create(Bytes.ofKiB(4)).id().toString();
    stage(id);
    publish(id, target);
    Path second = node.path("second");
    publish(id, second);
    var _ = node.csi().nodeUnpublishVolume(Requests.unpublish(id, target));
    var status =
        catchThrowableOfType(
                StatusRuntimeException.class,
                () -> node.csi().nodeUnstageVolume(Requests.unstage(id, staging)))
            .getStatus();
    assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(status.getDescription())
        .isEqualTo(
            "volume %s is still mounted at [%s]; call NodeUnpublishVolume there first"
                .formatted(id, second));
    assertThat(node.loops()).hasSize(1);
  }

  @Test
  void a_device_grows_under_its_path() throws IOException {
    Volume volume = create(Bytes.ofKiB(4));
    String id = volume.id().toString();
    stage(id);
    publish(id, target);
    node.expand(volume, Bytes.ofMiB(32));
    var reply =
        node.csi()
            .nodeExpandVolume(
                NodeExpandVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setVolumePath(target.toString())
                    .build());
    assertThat(reply.getCapacityBytes()).isEqualTo(Bytes.ofMiB(32).value());
    try (FileChannel device = FileChannel.open(target)) {
      // The size of a device node is where its end is; stat(2) says 0.
      assertThat(device.read(ByteBuffer.allocate(1), Bytes.ofMiB(32).value() - 1)).isEqualTo(1);
    }
  }

  @Test
  void read_only_is_refused_because_it_could_not_be_kept() {
    String id = create(Bytes.ofKiB(4)).id().toString();
    stage(id);
    var status =
        catchThrowableOfType(
                StatusRuntimeException.class,
                () ->
                    node.csi()
                        .nodePublishVolume(
                            Requests.publish(id, staging, target)
                                .setVolumeCapability(Requests.BLOCK)
                                .setReadonly(true)
                                .build()))
            .getStatus();
    assertThat(status)
        .returns(Code.FAILED_PRECONDITION, Status::getCode)
        .returns(
            "readonly is set, but volume %s is a block volume, whose device cannot be made read-only for one path; publish it writable or use a filesystem"
                .formatted(id),
            Status::getDescription);
    assertThat(target).doesNotExist();
  }

  private Volume create(Bytes blockSize) {
    return node.create("blocks", Bytes.ofMiB(16), new Content.Block(blockSize));
  }

  private void stage(String id) {
    var _ =
        node.csi()
            .nodeStageVolume(
                Requests.stage(id, staging).setVolumeCapability(Requests.BLOCK).build());
  }

  private void publish(String id, Path place) {
    var _ =
        node.csi()
            .nodePublishVolume(
                Requests.publish(id, staging, place).setVolumeCapability(Requests.BLOCK).build());
  }
}
