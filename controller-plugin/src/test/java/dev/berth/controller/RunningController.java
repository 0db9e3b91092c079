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
import dev.berth.storage.Member;
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
    this(dir, new DriverSettings("local.berth.dev", "node-1", "0.1.0"));
  }

  /** That of a driver of a shared pool; of several, each is a node with the same pool. */
  static RunningController shared(Path dir, String node, int attachLimit) {
    return new RunningController(
        dir,
        new DriverSettings("shared.berth.dev", node, "0.1.0")
            .sharing()
            .withAttachLimit(attachLimit));
  }

  RunningController(Path dir, DriverSettings driver) {
    Path pool = dir.resolve("pool");
    pool.toFile().mkdir();
    PoolSettings local = PoolSettings.of(new PoolName("disk"), pool, true).withSize(Bytes.ofGiB(4));
    PoolSettings settings =
        driver.isShared()
            ? local.sharedAs(new Member(driver.nodeId(), driver.attachLimit()))
            : local;
    Linux kernel = linux.with(Linux.real().files());
    images = new Images(kernel);
    pools =
        Pools.open(
            List.of(settings),
            kernel,
            PoolsContext.of(
                dir.resolve("state-" + driver.nodeId()), Clock.systemUTC(), background));
    server = InProcessServer.start(ControllerPlugin.services(driver, pools, images, kernel, work));
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
