package dev.berth.controller.delete;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.VolumeId;

/** DeleteVolume. */
public final class DeleteVolume {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public DeleteVolume(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  /** An id that could never have been ours is of a volume that is gone. */
  public DeleteVolumeResponse answer(DeleteVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    VolumeId.parse(id).ifPresent(v -> work.run(new VolumeKey.Id(id), () -> pools.delete(v)));
    return DeleteVolumeResponse.getDefaultInstance();
  }
}
