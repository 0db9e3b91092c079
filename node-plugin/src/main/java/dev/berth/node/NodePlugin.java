package dev.berth.node;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.node.ephemeral.EphemeralVolumes;
import dev.berth.node.kernel.KernelView;
import dev.berth.storage.Pools;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import io.grpc.BindableService;
import java.util.List;

/** The Node service of CSI. */
public final class NodePlugin {
  private NodePlugin() {}

  /**
   * The services, to be served on a socket or in the process.
   *
   * @param work shared with the controller plugin of the same pools, so that one volume has one
   *     operation
   */
  public static List<BindableService> services(
      DriverSettings driver, Pools pools, Images images, Linux linux, OneAtATime<VolumeKey> work) {
    return services(
        driver, pools, images, linux, work, ephemeral(EphemeralSettings.OFF, pools, images, linux));
  }

  /** The same, with inline volumes as {@link #ephemeral} makes them. */
  public static List<BindableService> services(
      DriverSettings driver,
      Pools pools,
      Images images,
      Linux linux,
      OneAtATime<VolumeKey> work,
      EphemeralVolumes ephemeral) {
    return List.of(new NodeService(driver, pools, images, linux, work, ephemeral));
  }

  /** The inline volumes of a driver; whoever starts it also sweeps them. */
  public static EphemeralVolumes ephemeral(
      EphemeralSettings settings, Pools pools, Images images, Linux linux) {
    return new EphemeralVolumes(
        settings, pools, images, linux.mounts(), new KernelView(pools, images, linux));
  }
}
