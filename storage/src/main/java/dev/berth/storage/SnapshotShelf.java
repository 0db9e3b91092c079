package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The snapshots of one pool, {@code snapshots/<name>/}. As with volumes, one name, one change. */
final class SnapshotShelf {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotShelf.class);

  private final OpenedPool pool;
  private final Drafts drafts;
  private final Ledger ledger;
  private final Room room;
  private final SnapshotMaker maker;
  private final GroupNames groups;
  private final ConcurrentSkipListMap<String, Snapshot> index = new ConcurrentSkipListMap<>();

  SnapshotShelf(
      OpenedPool pool,
      Drafts drafts,
      Ledger ledger,
      Room room,
      SnapshotMaker maker,
      GroupNames groups) {
    this.pool = pool;
    this.drafts = drafts;
    this.ledger = ledger;
    this.room = room;
    this.maker = maker;
    this.groups = groups;
  }

  /** Sees what the other processes of a shared pool have cut and deleted. */
  void look(Census census) {
    census.take(
        Set.copyOf(index.keySet()),
        name -> adopt(name, pool.layout().snapshot(name)),
        name -> {
          index.remove(name);
          ledger.release(entry(name));
        });
  }

  /** Takes over what lies there; what is damaged is left alone and counts what it takes. */
  void adopt() {
    for (Path folder : pool.disk().list(pool.layout().snapshots())) {
      String name = Disk.name(folder);
      if (VolumeId.NAME.matcher(name).matches()) {
        adopt(name, folder);
      } else {
        LOG.warn("{}: is no snapshot of this driver's making and is left alone", folder);
      }
    }
  }

  private void adopt(String name, Path folder) {
    try {
      read(name).ifPresent(this::keep);
    } catch (Damaged | SystemCallFailed e) {
      LOG.error("a snapshot is damaged and left alone: {}", e.getMessage());
      ledger.put(entry(name), claimedByDamaged(folder.resolve(VolumeFile.IMAGE)));
    }
  }

  /**
   * Cuts a snapshot of a volume of this pool.
   *
   * @param requested the CO's name for it
   * @throws VolumeException.OutOfSpace when the pool could not keep what the volume holds beside it
   */
  Snapshot cut(Volume volume, String requested, String name, Duration maxFreeze) {
    var order = new SnapshotMaker.Order(volume, requested, name);
    Snapshot made = maker.make(List.of(order), Optional.empty(), maxFreeze).getFirst();
    keep(made);
    return made;
  }

  /** The snapshot as the disk has it now. */
  Optional<Snapshot> find(String name) {
    Optional<Snapshot> found = read(name).filter(groups::isSettled);
    if (found.isEmpty()) {
      pool.requireStillThere();
    }
    return found;
  }

  BlockScan allocated(Snapshot snapshot, long from) {
    return SnapshotBlocks.allocated(pool.disk().files(), snapshot, from);
  }

  BlockScan changed(Snapshot base, Snapshot target, long from) {
    return SnapshotBlocks.changed(pool.disk().files(), base, target, from);
  }

  List<Snapshot> list() {
    return index.values().stream().filter(groups::isSettled).toList();
  }

  /**
   * Its blocks are free when this returns, but for those that others share. What is damaged stays.
   */
  void delete(String name) {
    var _ = read(name); // Throws when it is damaged.
    remove(name);
  }

  /** The same, of one that may be damaged. */
  void remove(String name) {
    if (pool.disk().stat(pool.layout().snapshot(name)).isPresent()) {
      drafts.discard(pool.layout().snapshot(name), SnapshotMaker.draftName(name));
    } else {
      pool.requireStillThere();
      pool.disk().files().syncDirectory(pool.layout().snapshots());
    }
    ledger.release(entry(name));
    index.remove(name);
    room.outdate();
  }

  void keep(Snapshot snapshot) {
    index.put(snapshot.id().name(), snapshot);
    ledger.put(entry(snapshot.id().name()), snapshot.held());
  }

  /** Waits for nobody: one that is deleted while it is read is gone. */
  private Optional<Snapshot> read(String name) {
    Path folder = pool.layout().snapshot(name);
    if (pool.disk().stat(folder).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(check(name, folder));
    } catch (Damaged | SystemCallFailed e) {
      if (pool.disk().stat(folder).isEmpty()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Snapshot check(String name, Path folder) {
    Disk disk = pool.disk();
    Path file = folder.resolve(SnapshotFile.NAME);
    if (disk.stat(file).filter(s -> s.kind() == FileKind.REGULAR).isEmpty()) {
      throw new Damaged(file + ": the snapshot's record is missing; restore it from a backup");
    }
    SnapshotId id = new SnapshotId(pool.id(), name);
    Snapshot snapshot =
        SnapshotFile.of(file, disk.read(file), id, pool.settings().name()).snapshot();
    if (snapshot.content() instanceof Content.Directory) {
      Folders.require(disk, pool.layout().root(), snapshot.image());
      return snapshot;
    }
    Bytes length = ImageFile.stat(disk, pool.layout().root(), snapshot.image()).size();
    if (!length.equals(snapshot.size())) {
      throw new Damaged(
          "%s: has %d bytes, and %s says size %d: it is not what was cut; restore it from a backup"
              .formatted(snapshot.image(), length.value(), file, snapshot.size().value()));
    }
    return groups.asMember(snapshot);
  }

  private Bytes claimedByDamaged(Path image) {
    try {
      return pool.disk().allocated(image);
    } catch (SystemCallFailed e) {
      return Bytes.ZERO;
    }
  }

  private static Entry entry(String name) {
    return new Entry(Kind.SNAPSHOT, name);
  }
}
