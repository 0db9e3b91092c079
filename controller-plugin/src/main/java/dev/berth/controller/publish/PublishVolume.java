package dev.berth.controller.publish;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.request.PublishContext;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.storage.AccessMode;
import dev.berth.storage.Pools;
import dev.berth.storage.Publication;
import dev.berth.storage.Publishing;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import java.util.OptionalLong;

/** ControllerPublishVolume. */
public final class PublishVolume {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public PublishVolume(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  /** Published to that node already in the same way is published. */
  public ControllerPublishVolumeResponse answer(ControllerPublishVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    String node = Fields.required(q.getNodeId(), "node_id");
    Fields.required(q.hasVolumeCapability(), "volume_capability");
    Capability capability = Capability.parse(q.getVolumeCapability(), "volume_capability");
    PublishContext context =
        work.run(new VolumeKey.Id(id), () -> publish(id, node, capability, q.getReadonly()));
    return ControllerPublishVolumeResponse.newBuilder()
        .putAllPublishContext(context.toMap())
        .build();
  }

  private PublishContext publish(String id, String node, Capability capability, boolean readOnly) {
    Volume volume = Ids.existing(pools, id);
    capability
        .unsupported(volume, true)
        .ifPresent(
            why -> {
              throw new VolumeException.Invalid(why);
            });
    if (readOnly && capability.isBlock() && !isPublished(volume, node)) {
      throw new VolumeException.Invalid(
          "readonly is set, but volume %s is a block volume, whose device cannot be made read-only for one path; publish it writable or use a filesystem"
              .formatted(id));
    }
    AccessMode mode = AccessMode.valueOf(capability.mode().name());
    requireNodeId(node);
    Publishing now =
        pools.publications().publish(volume.id(), new Publication(node, mode, readOnly));
    return new PublishContext(
        now.epoch() == 0 ? OptionalLong.empty() : OptionalLong.of(now.epoch()), readOnly);
  }

  /** What it could not be like is a conflict where it is published already. */
  private boolean isPublished(Volume volume, String node) {
    return pools.publications().of(volume.id()).at(node).isPresent();
  }

  private static void requireNodeId(String node) {
    if (!Publication.isNode(node)) {
      throw new VolumeException.NotFound(
          "node '%s' does not exist: no node of this driver has such an id".formatted(node));
    }
  }
}
