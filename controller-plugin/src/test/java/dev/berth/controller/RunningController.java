package dev.berth.controller;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.GroupControllerGrpc;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.SnapshotMetadataGrpc;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.RecordedLinux;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The Identity and Controller services of node {@code node-1} with one pool, {@code disk} of 4 GiB,
 * over real files and a kernel that is only written down.
 */
final class RunningController implements AutoCloseable {
  private final ScheduledExecutorService background = Executors.newScheduledThreadPool(1);
  private final RecordedLinux linux = RecordedLinux.create();
  private final Images images;
  private final OneAtATime<VolumeKey> work = new OneAtATime<>(4, 100, Duration.ofMinutes(1));
  private final Pools pools;
  private final InProcessServer server;

  RunningController(Path dir) {
    Path pool = dir.resolve("pool");
    pool.toFile().mkdir();
    Linux kernel = linux.with(Linux.real().files());
    images = new Images(kernel);
    pools =
        Pools.open(
            List.of(PoolSettings.of(new PoolName("disk"), pool, true).withSize(Bytes.ofGiB(4))),
            kernel,
            PoolsContext.of(dir.resolve("state"), Clock.systemUTC(), background));
    server =
        InProcessServer.start(
            ControllerPlugin.services(
                new DriverSettings("local.berth.dev", "node-1", "0.1.0"),
                pools,
                images,
                kernel,
                work));
  }

  Images images() {
    return images;
  }

  /** What was done to loop devices. */
  List<String> loopChanges() {
    return linux.loops().changes();
  }

  Pools pools() {
    return pools;
  }

  ControllerGrpc.ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(server.channel());
  }

  GroupControllerGrpc.GroupControllerBlockingStub groups() {
    return GroupControllerGrpc.newBlockingStub(server.channel());
  }

  SnapshotMetadataGrpc.SnapshotMetadataBlockingStub metadata() {
    return SnapshotMetadataGrpc.newBlockingStub(server.channel());
  }

  IdentityGrpc.IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(server.channel());
  }

  @Override
  public void close() {
    server.close();
    work.close();
    pools.close();
    background.shutdownNow();
  }
}
