package dev.berth.controller.get;

import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.ControllerGetVolumeRequest;
import dev.berth.csi.v1.ControllerGetVolumeResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;

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

  /** The status is required; it tells of no nodes where volumes are not published to any. */
  public ControllerGetVolumeResponse answer(ControllerGetVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    return reads.ask("volume " + id, () -> look(id));
  }

  private ControllerGetVolumeResponse look(String id) {
    Volume volume = Ids.existing(pools, id);
    return ControllerGetVolumeResponse.newBuilder()
        .setVolume(Replies.volume(volume, driver))
        .setStatus(
            ControllerGetVolumeResponse.VolumeStatus.newBuilder()
                .addAllPublishedNodeIds(pools.publications().look(volume.id())))
        .build();
  }
}
