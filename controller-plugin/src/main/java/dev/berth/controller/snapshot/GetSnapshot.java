package dev.berth.controller.snapshot;

import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.GetSnapshotRequest;
import dev.berth.csi.v1.GetSnapshotResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.Snapshot;
import dev.berth.storage.SnapshotId;
import dev.berth.storage.VolumeException;

/** GetSnapshot. */
public final class GetSnapshot {
  private final DriverSettings driver;
  private final Pools pools;
  private final Reads reads;

  public GetSnapshot(DriverSettings driver, Pools pools, Reads reads) {
    this.driver = driver;
    this.pools = pools;
    this.reads = reads;
  }

  /** An id that could never have been ours is of no snapshot. */
  public GetSnapshotResponse answer(GetSnapshotRequest q) {
    String text = Fields.required(q.getSnapshotId(), "snapshot_id");
    SnapshotId id =
        SnapshotId.parse(text)
            .orElseThrow(
                () ->
                    new VolumeException.NotFound(
                        "snapshot '%s' does not exist; ids of this driver look like <pool id>.<name>"
                            .formatted(text)));
    Snapshot snapshot = reads.ask("snapshot " + text, () -> pools.snapshots().get(id));
    return GetSnapshotResponse.newBuilder().setSnapshot(Replies.snapshot(snapshot, driver)).build();
  }
}
