package dev.berth.controller.snapshot;

import dev.berth.controller.parameters.SnapshotParameters;
import dev.berth.controller.reply.Replies;
import dev.berth.controller.topology.Here;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateSnapshotResponse;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.storage.Pools;
import dev.berth.storage.Snapshot;
import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeId;

/** CreateSnapshot. */
public final class CreateSnapshot {
  private final DriverSettings driver;
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public CreateSnapshot(DriverSettings driver, Pools pools, OneAtATime<VolumeKey> work) {
    this.driver = driver;
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
    if (q.hasAccessibilityRequirements()) {
      requireHere(q.getAccessibilityRequirements(), name);
    }
    VolumeId volume = Ids.parse(source);
    Snapshot snapshot =
        work.run(
            new VolumeKey.Id(source),
            () -> pools.snapshots().cut(name, volume, parameters.maxFreeze()));
    return CreateSnapshotResponse.newBuilder()
        .setSnapshot(Replies.snapshot(snapshot, driver))
        .build();
  }

  /**
   * A snapshot lives where its volume does. One that exists already and is asked for somewhere else
   * is another than was asked for.
   */
  private void requireHere(TopologyRequirement asked, String name) {
    if (!driver.snapshotTopology()) {
      throw new Invalid(
          "accessibility_requirements: not supported (SNAPSHOT_ACCESSIBILITY_CONSTRAINTS is not announced); leave it out, a snapshot lives where its volume does");
    }
    if (!Here.isWithin(driver, asked)) {
      OutOfSpace elsewhere = Here.elsewhere(driver, asked);
      if (pools.snapshots().list().stream().anyMatch(s -> s.name().equals(name))) {
        throw new Conflict("snapshot '%s' exists, and %s".formatted(name, elsewhere.getMessage()));
      }
      throw elsewhere;
    }
  }
}
