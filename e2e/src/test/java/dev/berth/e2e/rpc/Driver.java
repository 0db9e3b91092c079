package dev.berth.e2e.rpc;

import dev.berth.controller.ControllerPlugin;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.node.NodePlugin;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Every CSI service of node {@code node-1} over the real kernel, in this process. */
final class Driver implements AutoCloseable {
  private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();
  private final OneAtATime<VolumeKey> work = new OneAtATime<>(4, 100, Duration.ofMinutes(2));
  private final Pools pools;
  private final List<BindableService> services;
  private final InProcessServer server;

  /**
   * @param pool a directory that is a filesystem of its own
   * @param state where the list of known pools is kept
   */
  Driver(Path pool, Path state) {
    Linux linux = Linux.real();
    pools =
        Pools.open(
            List.of(PoolSettings.of(new PoolName("disk"), pool, true)),
            linux,
            PoolsContext.of(state, Clock.systemUTC(), background));
    DriverSettings driver = new DriverSettings("local.berth.dev", "node-1", "0.1.0");
    Images images = new Images(linux);
    services = new ArrayList<>(ControllerPlugin.services(driver, pools, images, linux, work));
    services.addAll(NodePlugin.services(driver, pools, images, linux, work));
    server = InProcessServer.start(services);
  }

  /** Every RPC that is served, offered or not. */
  List<MethodDescriptor<?, ?>> methods() {
    return services.stream()
        .flatMap(s -> s.bindService().getServiceDescriptor().getMethods().stream())
        .<MethodDescriptor<?, ?>>map(m -> m)
        .toList();
  }

  Channel channel() {
    return server.channel();
  }

  @Override
  public void close() {
    server.close();
    work.close();
    background.shutdownNow();
    pools.close();
  }
}
