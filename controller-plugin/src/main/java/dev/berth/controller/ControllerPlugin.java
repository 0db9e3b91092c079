package dev.berth.controller;

import dev.berth.controller.identity.IdentityService;
import dev.berth.controller.metadata.SnapshotMetadataService;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.storage.Pools;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import io.grpc.BindableService;
import java.util.List;

/** The Identity, Controller, GroupController and SnapshotMetadata services of CSI. */
public final class ControllerPlugin {
  private ControllerPlugin() {}

  /**
   * The services, to be served on a socket or in the process.
   *
   * @param work shared with the node plugin of the same pools, so that one volume has one operation
   */
  public static List<BindableService> services(
      DriverSettings driver, Pools pools, Images images, Linux linux, OneAtATime<VolumeKey> work) {
    return List.of(
        new IdentityService(driver, pools),
        new ControllerService(driver, pools, images, linux, work),
        new GroupControllerService(driver, pools, work),
        new SnapshotMetadataService(pools, work.reads()));
  }
}
