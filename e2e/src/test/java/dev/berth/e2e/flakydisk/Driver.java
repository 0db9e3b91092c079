package dev.berth.e2e.flakydisk;

import dev.berth.controller.ControllerPlugin;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.node.NodePlugin;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import io.grpc.BindableService;
import io.grpc.Channel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The driver's CSI services over the real kernel, in this process. */
final class Driver implements AutoCloseable {
  private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();
  private final OneAtATime<VolumeKey> work = new OneAtATime<>(4, 100, Duration.ofMinutes(2));
  private final Pools pools;
  private final InProcessServer server;

  /**
   * @param directories of the pools, by name
   */
  Driver(Map<String, Path> directories, Path state) {
    Linux linux = Linux.real();
    List<PoolSettings> settings =
        directories.entrySet().stream()
            .map(e -> PoolSettings.of(new PoolName(e.getKey()), e.getValue(), true))
            .toList();
    pools = Pools.open(settings, linux, PoolsContext.of(state, Clock.systemUTC(), background));
    DriverSettings driver = new DriverSettings("local.berth.dev", "node-1", "0.1.0");
    Images images = new Images(linux);
    List<BindableService> services =
        new ArrayList<>(ControllerPlugin.services(driver, pools, images, linux, work));
    services.addAll(NodePlugin.services(driver, pools, images, linux, work));
    server = InProcessServer.start(services);
  }

  IdentityGrpc.IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(channel());
  }

  ControllerGrpc.ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(channel());
  }

  NodeGrpc.NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel());
  }

  private Channel channel() {
    return server.channel();
  }

  @Override
  public void close() {
    server.close();
    work.close();
    pools.close();
    background.shutdownNow();
  }
}
