package dev.berth.storage;

import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Extent;
import dev.berth.storage.linux.FileCalls;
import java.util.List;

/** Decides what may be looked for in snapshots, and where. */
final class SnapshotBlocks {
  private SnapshotBlocks() {}

  static BlockScan allocated(FileCalls files, Snapshot snapshot, long from) {
    requireWithin(snapshot, from);
    return new BlockScan(
        snapshot.size(),
        from,
        (begin, end) ->
            unlessDeleted(
                () -> {
                  Difference.Ranges found = new Difference.Ranges();
                  for (Extent extent : files.extents(snapshot.image(), begin, end)) {
                    found.add(extent.offset(), extent.end());
                  }
                  return found.all();
                }));
  }

  static BlockScan changed(FileCalls files, Snapshot base, Snapshot target, long from) {
    if (!base.source().equals(target.source())) {
      throw new Invalid(
          "base_snapshot_id is of volume %s, and target_snapshot_id of volume %s; give two snapshots of one volume"
              .formatted(base.source(), target.source()));
    }
    if (base.created().isAfter(target.created())) {
      throw new Invalid(
          "base_snapshot_id %s was cut at %s, after target_snapshot_id %s at %s; give the older one as the base"
              .formatted(base.id(), base.created(), target.id(), target.created()));
    }
    requireWithin(target, from);
    Difference difference = new Difference(files, base.image(), target.image());
    return new BlockScan(
        target.size(), from, (begin, end) -> unlessDeleted(() -> difference.find(begin, end)));
  }

  private static void requireWithin(Snapshot snapshot, long from) {
    if (from < 0 || from > snapshot.size().value()) {
      throw new OutOfRange(
          "starting_offset %d is not within the %d bytes of snapshot %s; give an offset from 0 to that"
              .formatted(from, snapshot.size().value(), snapshot.id()));
    }
  }

  /** Looking finds. */
  private interface Look {
    List<ByteRange> find();
  }

  private static List<ByteRange> unlessDeleted(Look look) {
    try {
      return look.find();
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT")) {
        throw new NotFound("a snapshot was deleted while it was looked through", e);
      }
      throw e;
    }
  }
}
