package dev.berth.controller.reply;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.Volume;

/** Messages that several calls answer with. */
public final class Replies {
  private Replies() {}

  /** A volume: its id, its size, and this node as the only place that it can be reached from. */
  public static Volume volume(dev.berth.storage.Volume volume, DriverSettings driver) {
    return Volume.newBuilder()
        .setVolumeId(volume.id().toString())
        .setCapacityBytes(volume.size().value())
        .addAccessibleTopology(driver.topology())
        .build();
  }
}
