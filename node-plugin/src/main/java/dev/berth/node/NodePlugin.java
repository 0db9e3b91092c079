package dev.berth.node;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
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
    return List.of(new NodeService(driver, pools, images, linux, work));
  }
}
