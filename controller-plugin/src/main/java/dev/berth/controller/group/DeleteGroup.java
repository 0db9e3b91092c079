package dev.berth.controller.group;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotResponse;
import dev.berth.storage.GroupId;
import dev.berth.storage.Pools;

/** DeleteVolumeGroupSnapshot. */
public final class DeleteGroup {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public DeleteGroup(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  /** An id that could never have been ours is of a group that is gone. */
  public DeleteVolumeGroupSnapshotResponse answer(DeleteVolumeGroupSnapshotRequest q) {
    String id = Fields.required(q.getGroupSnapshotId(), "group_snapshot_id");
    GroupId.parse(id)
        .ifPresent(
            group ->
                work.run(
                    new VolumeKey.Group(id),
                    () -> pools.groups().delete(group, q.getSnapshotIdsList())));
    return DeleteVolumeGroupSnapshotResponse.getDefaultInstance();
  }
}
