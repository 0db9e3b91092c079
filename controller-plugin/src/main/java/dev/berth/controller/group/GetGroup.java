package dev.berth.controller.group;

import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.GetVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.GetVolumeGroupSnapshotResponse;
import dev.berth.storage.GroupId;
import dev.berth.storage.Pools;
import dev.berth.storage.SnapshotGroup;
import dev.berth.storage.VolumeException;

/** GetVolumeGroupSnapshot. */
public final class GetGroup {
  private final DriverSettings driver;
  private final Pools pools;
  private final Reads reads;

  public GetGroup(DriverSettings driver, Pools pools, Reads reads) {
    this.driver = driver;
    this.pools = pools;
    this.reads = reads;
  }

  /** The group is looked up before the list of its members is looked at. */
  public GetVolumeGroupSnapshotResponse answer(GetVolumeGroupSnapshotRequest q) {
    String text = Fields.required(q.getGroupSnapshotId(), "group_snapshot_id");
    GroupId id = GroupId.parse(text).orElseThrow(() -> none(text));
    SnapshotGroup group =
        reads.ask("group " + text, () -> pools.groups().get(id, q.getSnapshotIdsList()));
    return GetVolumeGroupSnapshotResponse.newBuilder()
        .setGroupSnapshot(Replies.group(group, driver))
        .build();
  }

  private static VolumeException none(String text) {
    return new VolumeException.NotFound(
        "group '%s' does not exist; ids of this driver look like <pool id>.<name>".formatted(text));
  }
}
