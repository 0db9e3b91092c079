package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Snapshot;
import dev.berth.storage.Volume;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.FaultyLinux;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume whose snapshot is still being copied. */
class CopiedVolumeIT {
  @Test
  void it_cannot_be_staged_until_its_snapshot_is_whole(@TempDir Path dir) throws IOException {
    assumeFalse(
        Linux.real().files().supportsReflink(dir), "blocks are shared here, so nothing is copied");
    CountDownLatch goOn = new CountDownLatch(1);
    try (RunningNode node = new RunningNode(dir, linux -> held(linux, goOn))) {
      Volume volume = node.create("data", Bytes.ofMiB(16), new Content.Filesystem(FsType.EXT4));
      Path staging = node.folder("staging");
      var stage = Requests.stage(volume.id().toString(), staging).build();
      Snapshot snapshot = node.cut("s", volume);
      assertThat(snapshot.isWhole()).isFalse();
      var refusal =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> {
                var _ = node.csi().nodeStageVolume(stage);
              });
      assertThat(refusal.getStatus().getCode()).isEqualTo(Code.ABORTED);
      assertThat(refusal.getStatus().getDescription())
          .isEqualTo(
              "volume %s is being copied for snapshot s, 0 %% of 16Mi are done; try again when it is ready, or delete that snapshot"
                  .formatted(volume.id()));
      assertThat(node.mounts()).isEmpty();
      goOn.countDown();
      Awaitility.await().until(() -> node.stored(snapshot).isWhole());
      var _ = node.csi().nodeStageVolume(stage);
      assertThat(node.mounts()).hasSize(1);
    } finally {
      goOn.countDown();
    }
  }

  /** A Linux whose copies stop before their first piece. */
  private static Linux held(Linux linux, CountDownLatch goOn) {
    return FaultyLinux.wrap(
        linux,
        (call, _) -> {
          if (call.equals("copyPiece")) {
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
  }
}
