package dev.berth.controller.expand;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.request.Ranges;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerExpandVolumeResponse;
import dev.berth.storage.Content;
import dev.berth.storage.Pools;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import java.util.Optional;

/** ControllerExpandVolume. */
public final class ExpandVolume {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public ExpandVolume(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  /**
   * Of an image the node has a part: the loop device of a volume in use must be told, and a
   * filesystem grown. A directory's limit has been raised when this answers.
   */
  public ControllerExpandVolumeResponse answer(ControllerExpandVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    Fields.required(q.hasCapacityRange(), "capacity_range");
    SizeRange range = Ranges.parse(q.getCapacityRange());
    Optional<Capability> capability =
        q.hasVolumeCapability()
            ? Optional.of(Capability.parse(q.getVolumeCapability(), "volume_capability"))
            : Optional.empty();
    Volume grown = work.run(new VolumeKey.Id(id), () -> expand(id, capability, range));
    return ControllerExpandVolumeResponse.newBuilder()
        .setCapacityBytes(grown.size().value())
        .setNodeExpansionRequired(!(grown.content() instanceof Content.Directory))
        .build();
  }

  private Volume expand(String id, Optional<Capability> capability, SizeRange range) {
    Volume volume = Ids.existing(pools, id);
    capability
        .flatMap(c -> c.unsupported(volume, pools.publications().isShared(volume.id())))
        .ifPresent(
            why -> {
              throw new VolumeException.Invalid(why);
            });
    return pools.expand(volume.id(), range);
  }
}
