package dev.berth.controller.get;

import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.ControllerGetVolumeRequest;
import dev.berth.csi.v1.ControllerGetVolumeResponse;
import dev.berth.storage.Pools;

/** ControllerGetVolume. */
public final class GetVolume {
  private final DriverSettings driver;
  private final Pools pools;

  private final Reads reads;

  public GetVolume(DriverSettings driver, Pools pools, Reads reads) {
    this.reads = reads;
    this.driver = driver;
    this.pools = pools;
  }

  /**
   * The status is required and empty: it would tell the nodes of ControllerPublishVolume, which
   * this driver does not need.
   */
  public ControllerGetVolumeResponse answer(ControllerGetVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    return ControllerGetVolumeResponse.newBuilder()
        .setVolume(Replies.volume(reads.ask("volume " + id, () -> Ids.existing(pools, id)), driver))
        .setStatus(ControllerGetVolumeResponse.VolumeStatus.getDefaultInstance())
        .build();
  }
}
