package dev.berth.node.health;

import dev.berth.csi.server.health.HealthReplies;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.NodeGetStorageHealthRequest;
import dev.berth.csi.v1.NodeGetStorageHealthResponse;
import dev.berth.csi.v1.NodeGetVolumeHealthRequest;
import dev.berth.csi.v1.NodeGetVolumeHealthResponse;
import dev.berth.storage.VolumeId;
import dev.berth.storage.health.Ailment;
import dev.berth.storage.health.Checkup;
import dev.berth.storage.health.PoolCheckup;
import java.util.List;

/** NodeGetVolumeHealth and NodeGetStorageHealth. */
public final class NodeHealth {
  private final Checkup volumes;
  private final PoolCheckup pools;
  private final Reads reads;

  public NodeHealth(Checkup volumes, PoolCheckup pools, Reads reads) {
    this.volumes = volumes;
    this.pools = pools;
    this.reads = reads;
  }

  /**
   * By the id alone: the volume may have failed to be staged, and the kernel knows where it is. A
   * path is only looked at for its form.
   */
  public NodeGetVolumeHealthResponse volume(NodeGetVolumeHealthRequest q) {
    String text = Fields.required(q.getVolumeId(), "volume_id");
    VolumeId id = Ids.parse(text);
    List<Ailment> ailments = reads.ask("volume " + text, () -> volumes.look(id));
    requirePath(q.getVolumePublishPath(), "volume_publish_path");
    requirePath(q.getStagingTargetPath(), "staging_target_path");
    return NodeGetVolumeHealthResponse.newBuilder()
        .setVolumeHealth(HealthReplies.volume(text, ailments))
        .build();
  }

  /** Every pool of this driver; nothing when all are well. */
  public NodeGetStorageHealthResponse storage(NodeGetStorageHealthRequest q) {
    return NodeGetStorageHealthResponse.newBuilder()
        .addAllBackendHealth(HealthReplies.pools(reads.ask("the pools", pools::look)))
        .build();
  }

  private static void requirePath(String value, String field) {
    if (!value.isEmpty()) {
      var _ = Fields.path(value, field);
    }
  }
}
