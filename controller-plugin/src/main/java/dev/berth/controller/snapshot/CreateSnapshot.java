package dev.berth.controller.snapshot;

import dev.berth.controller.parameters.SnapshotParameters;
import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateSnapshotResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.Snapshot;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeId;

/** CreateSnapshot. */
public final class CreateSnapshot {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public CreateSnapshot(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  /**
   * It changes nothing of its source, but it is work on it: nobody stages or grows it meanwhile.
   */
  public CreateSnapshotResponse answer(CreateSnapshotRequest q) {
    String name = Fields.required(q.getName(), "name");
    String source = Fields.required(q.getSourceVolumeId(), "source_volume_id");
    SnapshotParameters parameters = SnapshotParameters.parse(q.getParametersMap());
    requireNoTopology(q);
    VolumeId volume = Ids.parse(source);
    Snapshot snapshot =
        work.run(
            new VolumeKey.Id(source),
            () -> pools.snapshots().cut(name, volume, parameters.maxFreeze()));
    return CreateSnapshotResponse.newBuilder().setSnapshot(Replies.snapshot(snapshot)).build();
  }

  private static void requireNoTopology(CreateSnapshotRequest q) {
    if (q.hasAccessibilityRequirements()) {
      throw new VolumeException.Invalid(
          "accessibility_requirements: not supported (SNAPSHOT_ACCESSIBILITY_CONSTRAINTS is not"
              + " announced); leave it out, a snapshot lives where its volume does");
    }
  }
}
