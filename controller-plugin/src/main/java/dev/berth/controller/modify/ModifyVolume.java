package dev.berth.controller.modify;

import dev.berth.controller.parameters.MutableParameters;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.ControllerModifyVolumeResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.Tuning;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.QueueSettings;
import java.util.Map;

/** ControllerModifyVolume. */
public final class ModifyVolume {
  private final Pools pools;
  private final Images images;
  private final OneAtATime<VolumeKey> work;

  public ModifyVolume(Pools pools, Images images, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.images = images;
    this.work = work;
  }

  /** Touches the keys that are named and no other; asked again, it changes nothing. */
  public ControllerModifyVolumeResponse answer(ControllerModifyVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    Map<String, String> parameters = q.getMutableParametersMap();
    Fields.required(!parameters.isEmpty(), "mutable_parameters");
    work.run(
        new VolumeKey.Id(id),
        () -> modify(Ids.existing(pools, id), MutableParameters.parse(parameters)));
    return ControllerModifyVolumeResponse.getDefaultInstance();
  }

  /**
   * First the device, which is the one that may refuse, then the record: killed in between, the
   * device is ahead of the record, and the caller, who has no answer, asks again.
   */
  private void modify(Volume volume, Tuning changes) {
    changes.requireFitting(volume.allocation(), volume.content());
    QueueSettings before = images.tune(volume, changes.queue());
    try {
      var _ = pools.tune(volume.id(), changes);
    } catch (VolumeException failure) {
      putBack(volume, before, failure);
      throw failure;
    }
  }

  private void putBack(Volume volume, QueueSettings before, VolumeException failure) {
    try {
      var _ = images.tune(volume, before);
    } catch (VolumeException again) {
      failure.addSuppressed(again);
    }
  }
}
