package dev.berth.controller.group;

import dev.berth.controller.parameters.SnapshotParameters;
import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.CreateVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.CreateVolumeGroupSnapshotResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.SnapshotGroup;
import dev.berth.storage.SnapshotGroups;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeId;
import java.util.List;

/** CreateVolumeGroupSnapshot. */
public final class CreateGroup {
  private final DriverSettings driver;
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public CreateGroup(DriverSettings driver, Pools pools, OneAtATime<VolumeKey> work) {
    this.driver = driver;
    this.pools = pools;
    this.work = work;
  }

  /** It is work on all its volumes: nobody stages, grows or deletes one meanwhile. */
  public CreateVolumeGroupSnapshotResponse answer(CreateVolumeGroupSnapshotRequest q) {
    String name = Fields.required(q.getName(), "name");
    Fields.required(q.getSourceVolumeIdsList(), "source_volume_ids");
    SnapshotParameters parameters = SnapshotParameters.parse(q.getParametersMap());
    List<VolumeId> volumes = q.getSourceVolumeIdsList().stream().map(CreateGroup::volume).toList();
    var request =
        new SnapshotGroups.Request(name, volumes, parameters.own(), parameters.maxFreeze());
    List<VolumeKey> keys =
        request.volumes().stream().<VolumeKey>map(v -> new VolumeKey.Id(v.toString())).toList();
    SnapshotGroup group = work.run(keys, () -> pools.groups().cut(request));
    return CreateVolumeGroupSnapshotResponse.newBuilder()
        .setGroupSnapshot(Replies.group(group, driver))
        .build();
  }

  private static VolumeId volume(String id) {
    return VolumeId.parse(id)
        .orElseThrow(
            () ->
                new VolumeException.NotFound(
                    "volume '%s' does not exist; ids of this driver look like <pool id>.<name>"
                        .formatted(id)));
  }
}
