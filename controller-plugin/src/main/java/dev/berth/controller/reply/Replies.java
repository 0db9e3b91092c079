package dev.berth.controller.reply;

import com.google.protobuf.Timestamp;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.Snapshot;
import dev.berth.csi.v1.Volume;
import dev.berth.csi.v1.VolumeContentSource;
import dev.berth.csi.v1.VolumeGroupSnapshot;
import dev.berth.storage.GroupId;
import dev.berth.storage.SnapshotGroup;
import dev.berth.storage.SnapshotId;
import dev.berth.storage.Source;
import dev.berth.storage.VolumeId;
import java.time.Instant;

/** Messages that several calls answer with. */
public final class Replies {
  private Replies() {}

  /** A volume: its id, size and source, and where it can be reached from. */
  public static Volume volume(dev.berth.storage.Volume volume, DriverSettings driver) {
    Volume.Builder reply =
        Volume.newBuilder()
            .setVolumeId(volume.id().toString())
            .setCapacityBytes(volume.size().value());
    driver.topology().ifPresent(reply::addAccessibleTopology);
    volume.source().ifPresent(source -> reply.setContentSource(contentSource(source)));
    return reply.build();
  }

  /**
   * A snapshot; whatever is answered is cut, and ready when its data is there. Where it can be
   * restored is told by a driver that is asked for it only.
   */
  public static Snapshot snapshot(dev.berth.storage.Snapshot snapshot, DriverSettings driver) {
    Instant cut = snapshot.created();
    Snapshot.Builder reply = Snapshot.newBuilder();
    if (driver.snapshotTopology()) {
      driver.topology().ifPresent(reply::addAccessibleTopology);
    }
    snapshot.group().map(GroupId::toString).ifPresent(reply::setGroupSnapshotId);
    return reply
        .setSnapshotId(snapshot.id().toString())
        .setSourceVolumeId(snapshot.source().toString())
        .setSizeBytes(snapshot.size().value())
        .setCreationTime(timestamp(cut))
        .setReadyToUse(snapshot.isWhole())
        .build();
  }

  /** A group with its members; ready when all of them are. */
  public static VolumeGroupSnapshot group(SnapshotGroup group, DriverSettings driver) {
    return VolumeGroupSnapshot.newBuilder()
        .setGroupSnapshotId(group.id().toString())
        .addAllSnapshots(group.members().stream().map(s -> snapshot(s, driver)).toList())
        .setCreationTime(timestamp(group.created()))
        .setReadyToUse(group.members().stream().allMatch(dev.berth.storage.Snapshot::isWhole))
        .build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static VolumeContentSource contentSource(Source source) {
    var reply = VolumeContentSource.newBuilder();
    switch (source) {
      case Source.OfSnapshot(SnapshotId id) ->
          reply.getSnapshotBuilder().setSnapshotId(id.toString());
      case Source.OfVolume(VolumeId id) -> reply.getVolumeBuilder().setVolumeId(id.toString());
    }
    return reply.build();
  }
}
