package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.NodeGetInfoRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that does not answer holds up who asks about it and nobody else. */
class HungDiskIT {
  @Test
  void hung_questions_about_one_volume_stop_neither_other_calls_nor_other_volumes(@TempDir Path dir)
      throws IOException, InterruptedException {
    AtomicBoolean released = new AtomicBoolean();
    CountDownLatch hanging = new CountDownLatch(2);
    Path sick = dir.toRealPath().resolve("sick");
    try (RunningNode node =
        new RunningNode(
            dir,
            linux ->
                FaultyLinux.wrap(
                    linux,
                    (call, arguments) -> {
                      if (call.equals("statfs") && arguments.equals(sick.toString())) {
                        hanging.countDown();
                        spinUntil(released);
                      }
                    }))) {
      String first = staged(node, "first", node.folder("sick"));
      String second = staged(node, "second", node.folder("well"));
      int cores = Runtime.getRuntime().availableProcessors();
      for (int i = 0; i < cores + 1; i++) {
        Thread.startVirtualThread(() -> ask(node, first, sick));
      }
      assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(
              node.csi()
                  .withDeadlineAfter(20, TimeUnit.SECONDS)
                  .nodeGetInfo(NodeGetInfoRequest.getDefaultInstance())
                  .getNodeId())
          .isEqualTo("node-1");
      assertThat(ask(node, second, node.path("well"))).isEqualTo(2);
      released.set(true);
    } finally {
      released.set(true);
    }
  }

  /** Like a call into the kernel, this holds the thread that it runs on. */
  private static void spinUntil(AtomicBoolean released) {
    while (!released.get()) {
      Thread.onSpinWait();
    }
  }

  private static int ask(RunningNode node, String id, Path path) {
    return node.csi()
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .nodeGetVolumeStats(
            NodeGetVolumeStatsRequest.newBuilder()
                .setVolumeId(id)
                .setVolumePath(path.toString())
                .build())
        .getUsageCount();
  }

  private static String staged(RunningNode node, String name, Path staging) {
    String id =
        node.create(name, Bytes.ofMiB(300), new Content.Filesystem(FsType.EXT4)).id().toString();
    var _ = node.csi().nodeStageVolume(Requests.stage(id, staging).build());
    return id;
  }
}
