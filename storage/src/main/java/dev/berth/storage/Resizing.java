package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.SystemCallFailed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes the sizes of a pool's volumes, and what they count. */
final class Resizing {
  private static final Logger LOG = LoggerFactory.getLogger(Resizing.class);

  private final Disk disk;
  private final Shelf shelf;
  private final Growth growth;
  private final Folders folders;
  private final Room room;
  private final Ledger ledger;

  Resizing(Disk disk, Shelf shelf, Folders folders, Room room, Ledger ledger) {
    this.disk = disk;
    this.shelf = shelf;
    this.growth = new Growth(disk, folders);
    this.folders = folders;
    this.room = room;
    this.ledger = ledger;
  }

  /**
   * Grows to the smallest size in the range; an image never shrinks, and a directory only when the
   * range asks for it and it holds no more.
   */
  Volume within(VolumeFile now, SizeRange range) {
    Volume volume = now.volume();
    boolean canShrink = volume.content().equals(new Content.Directory(Limit.ENFORCED));
    if (canShrink && range.limit().filter(volume.size()::isMoreThan).isPresent()) {
      return shrink(now, GrowthTarget.shrunk(volume, range, folders.used(volume)));
    }
    GrowthTarget.refuseToShrink(volume, range);
    if (!volume.size().isLessThan(range.required()) && now.growingTo().isEmpty()) {
      return volume;
    }
    return grow(now, GrowthTarget.decide(now, range, disk.files()));
  }

  /** Brings an interrupted expansion to its end, if the disk lets us. */
  Volume finish(VolumeFile read) {
    try {
      return growth.finish(read).volume();
    } catch (SystemCallFailed e) {
      LOG.warn(
          "{}: an interrupted expansion is still not finished: {}",
          read.volume().id(),
          e.getMessage());
      return read.volume();
    }
  }

  private Volume grow(VolumeFile now, Bytes to) {
    Entry entry = entry(now);
    room.enlarge(now, to);
    try {
      Volume grown = growth.grow(now, to).volume();
      ledger.put(entry, grown.size());
      return grown;
    } catch (SystemCallFailed e) {
      shelf.read(entry.name()).ifPresent(v -> ledger.put(entry, v.promise()));
      throw room.explained(e, message -> new OutOfRange(message, e), to);
    } finally {
      room.enlarged(entry.name());
    }
  }

  /** The limit first: what a crash leaves is too small a limit, which the next start mends. */
  private Volume shrink(VolumeFile now, Bytes to) {
    VolumeFile smaller = now.resized(to);
    folders.limit(smaller);
    disk.replace(now.volume().image().resolveSibling(VolumeFile.NAME), smaller.bytes());
    ledger.put(entry(now), to);
    return smaller.volume();
  }

  private static Entry entry(VolumeFile file) {
    return new Entry(Kind.VOLUME, file.volume().id().name());
  }
}
