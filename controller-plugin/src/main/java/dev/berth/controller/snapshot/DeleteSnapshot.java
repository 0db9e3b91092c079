package dev.berth.controller.snapshot;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.DeleteSnapshotRequest;
import dev.berth.csi.v1.DeleteSnapshotResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.SnapshotId;

/** DeleteSnapshot. */
public final class DeleteSnapshot {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public DeleteSnapshot(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  /** An id that could never have been ours is of a snapshot that is gone. */
  public DeleteSnapshotResponse answer(DeleteSnapshotRequest q) {
    String id = Fields.required(q.getSnapshotId(), "snapshot_id");
    SnapshotId.parse(id)
        .ifPresent(s -> work.run(new VolumeKey.Snapshot(id), () -> pools.snapshots().delete(s)));
    return DeleteSnapshotResponse.getDefaultInstance();
  }
}
