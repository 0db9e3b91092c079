package dev.berth.controller.unpublish;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.ControllerUnpublishVolumeResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.VolumeId;
import java.util.Optional;

/** ControllerUnpublishVolume. */
public final class UnpublishVolume {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public UnpublishVolume(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  /**
   * What is not published is unpublished, and so are a volume that is gone and a node that nobody
   * knows; no node means all.
   */
  public ControllerUnpublishVolumeResponse answer(ControllerUnpublishVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    Optional<String> node = Optional.of(q.getNodeId()).filter(n -> !n.isEmpty());
    VolumeId.parse(id)
        .ifPresent(
            volume ->
                work.run(new VolumeKey.Id(id), () -> pools.publications().unpublish(volume, node)));
    return ControllerUnpublishVolumeResponse.getDefaultInstance();
  }
}
