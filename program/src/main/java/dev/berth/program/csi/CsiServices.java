package dev.berth.program.csi;

import dev.berth.controller.ControllerPlugin;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.node.NodePlugin;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.node.ephemeral.EphemeralVolumes;
import dev.berth.program.Fault;
import dev.berth.provisioner.orphan.PoolContents;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.PoolStatus;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.VolumeException;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import io.grpc.BindableService;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of one driver and the CSI services over them, ready to be put on a socket or a channel.
 */
public final class CsiServices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CsiServices.class);

  /** So many volumes may be in the kernel at a time; so many more wait for a thread. */
  private static final int THREADS = 16;

  private static final int WAITING = 1024;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ScheduledExecutorService background;
  private final OneAtATime<VolumeKey> work;
  private final Pools pools;
  private final List<BindableService> services;

  private CsiServices(
      ScheduledExecutorService background,
      OneAtATime<VolumeKey> work,
      Pools pools,
      List<BindableService> services) {
    this.background = background;
    this.work = work;
    this.pools = pools;
    this.services = services;
  }

  /**
   * Opens the pools of a driver of local pools.
   *
   * @param driverName the CSI driver's name
   * @param state where the list of known pools is kept
   * @throws Fault if a pool cannot be opened; the message says which and why
   */
  public static CsiServices open(
      String driverName, String nodeId, List<PoolSettings> settings, Linux linux, Path state) {
    return open(DriverKind.LOCAL.settings(driverName, nodeId, 0), settings, linux, state);
  }

  /** The same for a driver of any kind. */
  public static CsiServices open(
      DriverSettings driver, List<PoolSettings> settings, Linux linux, Path state) {
    return open(driver, settings, EphemeralSettings.OFF, linux, state);
  }

  /** The same, with inline ephemeral volumes where they are allowed. */
  public static CsiServices open(
      DriverSettings driver,
      List<PoolSettings> settings,
      EphemeralSettings inline,
      Linux linux,
      Path state) {
    ScheduledExecutorService background =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pool-background").factory());
    try {
      Pools pools =
          Pools.open(
              DriverKind.pools(driver, settings),
              linux,
              PoolsContext.of(state, Clock.systemUTC(), background));
      pools.statuses().forEach(CsiServices::log);
      pools.onChange(CsiServices::log);
      OneAtATime<VolumeKey> work = new OneAtATime<>(THREADS, WAITING, PATIENCE);
      Images images =
          driver.isShared() ? Images.sharedAs(linux, driver.nodeId()) : new Images(linux);
      List<BindableService> services =
          new ArrayList<>(ControllerPlugin.services(driver, pools, images, linux, work));
      EphemeralVolumes ephemeral = NodePlugin.ephemeral(inline, pools, images, linux);
      if (!driver.isShared()) { // What no pod of this node has, one of another may have.
        sweep(ephemeral, pools, work, background);
      }
      services.addAll(NodePlugin.services(driver, pools, images, linux, work, ephemeral));
      return new CsiServices(background, work, pools, services);
    } catch (VolumeException e) {
      background.shutdownNow();
      throw new Fault(String.valueOf(e.getMessage()), e);
    }
  }

  /** Pools that come later bring what was left in them. */
  private static void sweep(
      EphemeralVolumes ephemeral,
      Pools pools,
      OneAtATime<VolumeKey> work,
      ScheduledExecutorService background) {
    background.execute(() -> ephemeral.sweep(work));
    pools.onChange(
        status -> {
          if (status.health() instanceof PoolHealth.Ready) {
            ephemeral.sweep(work);
          }
        });
  }

  private static void log(PoolStatus pool) {
    switch (pool.health()) {
      case PoolHealth.Ready ready ->
          LOG.info(
              "pool {} at {}: size {}, promised {}, available {}{}",
              pool.name(),
              pool.directory(),
              ready.size(),
              ready.promised(),
              ready.available(),
              ready.damaged().isEmpty() ? "" : ", damaged volumes: " + ready.damaged());
      case PoolHealth.Missing missing ->
          LOG.warn("{}", missing.why()); // which names the pool and its folder
    }
  }

  public List<BindableService> services() {
    return services;
  }

  public Pools pools() {
    return pools;
  }

  /** The pools, for who looks for orphans in them. */
  public PoolContents contents() {
    return new PoolVolumes(pools, work);
  }

  /** Waits for the work under way, then lets go of the pools; what is mounted stays. */
  @Override
  public void close() {
    work.close();
    background.shutdownNow();
    pools.close();
  }
}
