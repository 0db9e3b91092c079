package dev.berth.node;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodeGetStorageHealthRequest;
import dev.berth.csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import dev.berth.csi.v1.NodeGetVolumeHealthRequest;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.VolumeHealth;
import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.CreateRequest;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Volume;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;

/** The Node service over one pool that is a filesystem of its own. */
final class SmallPool implements AutoCloseable {
  private final ScheduledExecutorService background = Executors.newScheduledThreadPool(1);
  private final OneAtATime<VolumeKey> work = new OneAtATime<>(2, 10, Duration.ofMinutes(1));
  private final Pools pools;
  private final InProcessServer server;

  SmallPool(Path dir, Path pool) {
    Linux linux = Linux.real();
    pools =
        Pools.open(
            List.of(PoolSettings.of(new PoolName("small"), pool, true)),
            linux,
            PoolsContext.of(dir.resolve("small-state"), Clock.systemUTC(), background));
    server =
        InProcessServer.start(
            NodePlugin.services(
                new DriverSettings("local.berth.dev", "node-1", "0.1.0"),
                pools,
                new Images(linux),
                linux,
                work));
  }

  Volume create(Bytes size) {
    return pools.create(
        new CreateRequest(
            "small",
            SizeRange.of(size),
            new Content.Block(Bytes.of(4096)),
            Allocation.THIN,
            Optional.empty(),
            Duration.ZERO,
            Map.of(),
            Optional.empty()));
  }

  void awaitMissing() {
    Awaitility.await()
        .until(() -> pools.statuses().getFirst().health() instanceof PoolHealth.Missing);
  }

  List<StorageBackendHealth> storage() {
    return csi()
        .nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())
        .getBackendHealthList();
  }

  VolumeHealth health(Volume volume) {
    return csi()
        .nodeGetVolumeHealth(
            NodeGetVolumeHealthRequest.newBuilder().setVolumeId(volume.id().toString()).build())
        .getVolumeHealth();
  }

  private NodeGrpc.NodeBlockingStub csi() {
    return NodeGrpc.newBlockingStub(server.channel());
  }

  @Override
  public void close() {
    server.close();
    work.close();
    pools.close();
    background.shutdownNow();
  }
}
