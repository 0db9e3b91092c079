package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileKind;
import dev.berth.storage.linux.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
  private final Cut cut;
  private final BackgroundCopies copies;
  private final Duration patience;
  private final ConcurrentSkipListMap<String, String> damaged = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, Snapshot> index = new ConcurrentSkipListMap<>();

  SnapshotShelf(
      OpenedPool pool,
      Drafts drafts,
      Ledger ledger,
      Room room,
      SnapshotMaker maker,
      GroupNames groups,
      Cut cut,
      BackgroundCopies copies,
      Duration patience) {
    this.pool = pool;
    this.drafts = drafts;
    this.ledger = ledger;
    this.room = room;
    this.maker = maker;
    this.groups = groups;
    this.cut = cut;
    this.copies = copies;
    this.patience = patience;
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
      if (pool.settings().member().isEmpty()) { // Else another process may be writing it.
        pool.disk().removeIfThere(Disk.fresh(record(name)));
      }
      read(name).ifPresent(this::keep);
    } catch (Damaged | SystemCallFailed e) {
      LOG.error("a snapshot is damaged and left alone: {}", e.getMessage());
      damaged.put(name, e.getMessage());
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
    SnapshotMaker.Made made = maker.make(List.of(order), Optional.empty(), maxFreeze);
    begin(made);
    return current(made.snapshots().getFirst());
  }

  /** They are there from now on, and what is still to be copied is. */
  void begin(SnapshotMaker.Made made) {
    made.snapshots().forEach(this::keep);
    for (StillCopies.Resting one : made.resting()) {
      Volume volume = one.wanted().volume();
      made.snapshots().stream()
          .filter(s -> s.source().equals(volume.id()))
          .forEach(s -> copies.begin(job(s, volume), one.lock(), keeper(s.id().name())));
    }
  }

  /** Waits a while for one that is being copied, and answers it as it is then. */
  Snapshot current(Snapshot snapshot) {
    String name = snapshot.id().name();
    if (!snapshot.isWhole()) {
      copies.await(name, patience);
    }
    return index.getOrDefault(name, snapshot);
  }

  /**
   * One that is not whole goes on, if it does not already.
   *
   * @param volume its source, as the pool has it
   * @throws SystemCallFailed why it failed before, once
   * @throws NotNow when its source has been used meanwhile, so it will never be whole
   */
  void proceed(Snapshot snapshot, Optional<Volume> volume) {
    String name = snapshot.id().name();
    copies
        .takeFailure(name)
        .ifPresent(
            failure -> {
              throw failure;
            });
    if (snapshot.isWhole() || copies.isRunning(name)) {
      return;
    }
    Volume source = volume.orElseThrow(() -> lost(snapshot, "is gone"));
    FileLock lock = cut.lockedAtRest(source).orElseThrow(() -> lost(snapshot, "is in use"));
    copies.begin(job(snapshot, source), lock, keeper(name));
  }

  private static NotNow lost(Snapshot snapshot, String why) {
    return new NotNow(
        "snapshot %s was not copied whole, and its volume %s %s; delete the snapshot and cut another"
            .formatted(snapshot.id(), snapshot.source(), why));
  }

  /** After a start, what was not yet whole goes on from where it was. */
  void proceed(Function<VolumeId, Optional<Volume>> volumes) {
    for (Snapshot snapshot : index.values()) {
      try {
        proceed(snapshot, volumes.apply(snapshot.source()));
      } catch (VolumeException e) {
        LOG.error("{}", e.getMessage());
      }
    }
  }

  private static BackgroundCopies.Job job(Snapshot snapshot, Volume volume) {
    return new BackgroundCopies.Job(
        snapshot.id().name(),
        volume.id(),
        volume.image(),
        snapshot.image(),
        snapshot.size(),
        snapshot.copied().orElse(Bytes.ZERO));
  }

  private BackgroundCopies.Keeper keeper(String name) {
    return new BackgroundCopies.Keeper() {
      @Override
      public void reached(Bytes done) {
        update(name, s -> s.copied(done));
      }

      @Override
      public void whole() {
        update(name, s -> s.whole(pool.disk().allocated(s.image())));
        room.outdate();
      }
    };
  }

  private void update(String name, UnaryOperator<Snapshot> change) {
    Snapshot now = index.get(name);
    if (now != null) {
      Snapshot changed = change.apply(now);
      pool.disk().replace(record(name), new SnapshotFile(changed).bytes());
      keep(changed);
    }
  }

  private Path record(String name) {
    return pool.layout().snapshot(name).resolve(SnapshotFile.NAME);
  }

  /** What snapshots were promised and do not hold yet, for they are being copied. */
  Bytes notYetHeld() {
    return index.values().stream()
        .filter(s -> !s.isWhole())
        .map(s -> s.held().minusOrZero(pool.disk().allocated(s.image())))
        .reduce(Bytes.ZERO, Bytes::plus);
  }

  /** Why snapshots that lie there cannot be used, by their names. */
  Map<String, String> damaged() {
    return Map.copyOf(damaged);
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
    Cut.requireWhole(snapshot);
    return SnapshotBlocks.allocated(pool.disk().files(), snapshot, from);
  }

  BlockScan changed(Snapshot base, Snapshot target, long from) {
    Cut.requireWhole(base);
    Cut.requireWhole(target);
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
    copies.cancel(name);
    if (pool.disk().stat(pool.layout().snapshot(name)).isPresent()) {
      drafts.discard(pool.layout().snapshot(name), SnapshotMaker.draftName(name));
    } else {
      pool.requireStillThere();
      pool.disk().files().syncDirectory(pool.layout().snapshots());
    }
    ledger.release(entry(name));
    index.remove(name);
    damaged.remove(name);
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
