package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Linux;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pool that is there and ours. Callers make sure that one name has one changing operation at a
 * time; reads may come at any time.
 */
final class Pool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  private final OpenedPool opened;
  private final InUse inUse;
  private final Folders folders;
  private final Neighbours neighbours;
  private final Shelf shelf;
  private final Maker maker;
  private final Resizing resizing;
  private final Trash trash;
  private final Drafts drafts;
  private final SnapshotShelf snapshots;
  private final GroupShelf groups;
  private final Ledger ledger;
  private final Room room;
  private final ConcurrentSkipListMap<String, Volume> index = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, String> damaged = new ConcurrentSkipListMap<>();

  /**
   * Takes over a pool: drafts of the dead are swept, interrupted expansions are finished, damaged
   * volumes are put down and left alone.
   */
  Pool(
      OpenedPool opened,
      Linux linux,
      Mkfs mkfs,
      PoolsContext context,
      String instance,
      Freezing freezing) {
    this.opened = opened;
    Disk disk = opened.disk();
    PoolLayout layout = opened.layout();
    this.folders = new Folders(disk, linux, layout.root());
    this.neighbours = new Neighbours(name(), folders);
    this.inUse = new InUse(linux.loops(), disk, folders);
    this.shelf = new Shelf(disk, layout, opened.id(), opened.settings().name());
    this.drafts = Drafts.open(disk, layout.drafts(), instance);
    RoomMeter meter = new RoomMeter(opened, context.clock());
    this.ledger = new Ledger(meter.terms(), Bytes.ZERO);
    this.trash = new Trash(disk, layout.trash(), ledger, context, meter::outdate, folders);
    this.room = new Room(name(), ledger, trash, meter, () -> measured(meter));
    this.resizing = new Resizing(disk, shelf, folders, room, ledger);
    Cut cut = new Cut(linux, freezing, folders);
    this.maker = new Maker(opened, drafts, mkfs, cut, context.clock(), folders);
    GroupNames names = new GroupNames();
    SnapshotMaker cutter = new SnapshotMaker(opened, drafts, ledger, room, cut, context.clock());
    this.snapshots = new SnapshotShelf(opened, drafts, ledger, room, cutter, names);
    this.groups = new GroupShelf(opened, snapshots, cutter, names, context.clock());
    trash.adopt(opened.id(), opened.settings().name());
    shelf.names().forEach(this::adopt);
    groups.adopt();
    snapshots.adopt();
    room.measure();
  }

  PoolId id() {
    return opened.id();
  }

  PoolName name() {
    return opened.settings().name();
  }

  /** What to say when its directory does not lead to the pool that was opened; else empty. */
  Optional<String> whyMissing() {
    return opened.whyGone().map(opened::missing);
  }

  SnapshotShelf snapshots() {
    return snapshots;
  }

  GroupShelf groups() {
    return groups;
  }

  private Bytes measured(RoomMeter meter) {
    Bytes kept = ledger.promised(Kind.TRASH).plus(ledger.promised(Kind.SNAPSHOT));
    boolean sharing =
        maker.canShare()
            && (!kept.isZero() || index.values().stream().anyMatch(v -> v.source().isPresent()));
    return meter.room(kept, index.values(), drafts.images(), sharing, folders);
  }

  /** Why such a volume cannot be made here, however much room there is; empty when it can. */
  Optional<String> whyNot(Content content, Allocation allocation) {
    return neighbours.whyNot(content, allocation);
  }

  Volume create(CreateRequest request, String name, Bytes size, Optional<Original> original) {
    neighbours.enter(name, request.content(), request.allocation());
    try {
      return make(request, name, size, original);
    } finally {
      if (!index.containsKey(name)) {
        neighbours.leave(name);
      }
    }
  }

  private Volume make(CreateRequest request, String name, Bytes size, Optional<Original> original) {
    Entry draft = new Entry(Kind.DRAFT, name);
    room.reserve(draft, size);
    try {
      Volume made = maker.make(request, name, size, original);
      ledger.move(draft, new Entry(Kind.VOLUME, name), size);
      index.put(name, made);
      if (original.isPresent()) {
        room.outdate();
      }
      return made;
    } catch (SystemCallFailed e) {
      throw room.explained(e, message -> new OutOfSpace(message, e), size);
    } finally {
      ledger.release(draft);
    }
  }

  /** The volume as the disk has it now; {@link Damaged} when it cannot be trusted. */
  Optional<Volume> find(String name) {
    try {
      Optional<VolumeFile> found = shelf.read(name);
      if (damaged.remove(name) != null) {
        found.ifPresent(this::restored);
      }
      if (found.isEmpty()) {
        opened.requireStillThere();
      }
      return found.map(VolumeFile::volume);
    } catch (Damaged e) {
      damaged.put(name, e.getMessage());
      throw e;
    }
  }

  /** One word for what is wrong with a damaged volume. */
  String damage(String name) {
    return shelf.damage(name);
  }

  /** The volume as it was last read or written; asks no disk. */
  Optional<Volume> known(String name) {
    return Optional.ofNullable(index.get(name));
  }

  List<Volume> list() {
    return index.values().stream().filter(v -> !damaged.containsKey(v.id().name())).toList();
  }

  void delete(String name) {
    Optional<VolumeFile> volume = shelf.read(name);
    volume.ifPresentOrElse(this::putAway, this::makeSureThatItIsGone);
    forget(name);
  }

  private void forget(String name) {
    index.remove(name);
    neighbours.leave(name);
    folders.forget(name);
    ledger.release(new Entry(Kind.VOLUME, name));
  }

  /** Writes down that its PersistentVolume was seen; no write when that is known. */
  Volume acknowledge(String name) {
    VolumeFile now = require(name);
    return rewrite(now, now.acknowledged());
  }

  /** Writes down what is to be different about the volume from now on; no write when it is so. */
  Volume tune(String name, Tuning changes) {
    VolumeFile now = require(name);
    Tuning tuning = now.volume().tuning().with(changes);
    return rewrite(now, now.tuned(tuning.requireFitting(now.volume().allocation())));
  }

  private Volume rewrite(VolumeFile now, VolumeFile then) {
    if (!then.equals(now)) {
      String name = now.volume().id().name();
      opened.disk().replace(record(name), then.bytes());
      index.put(name, then.volume());
    }
    return then.volume();
  }

  /** As {@link #delete}, of one that is still as {@code still} wants it, and to be kept longer. */
  boolean trash(String name, Duration atLeast, Predicate<Volume> still) {
    Optional<VolumeFile> now = shelf.read(name).filter(v -> still.test(v.volume()));
    if (now.isEmpty()) {
      return false;
    }
    inUse.refuse(now.get().volume());
    VolumeFile kept = now.get().keptFor(atLeast);
    opened.disk().replace(record(name), kept.bytes());
    putAway(kept);
    forget(name);
    return true;
  }

  private void putAway(VolumeFile volume) {
    inUse.refuse(volume.volume());
    trash.take(volume, opened.layout().volume(volume.volume().id().name()));
  }

  private Path record(String name) {
    return opened.layout().volume(name).resolve(VolumeFile.NAME);
  }

  private VolumeFile require(String name) {
    return shelf
        .read(name)
        .orElseThrow(
            () -> new VolumeException.NotFound("volume " + id() + "." + name + " does not exist"));
  }

  Volume expand(String name, SizeRange range) {
    Volume resized = resizing.within(require(name), range);
    index.put(name, resized);
    return resized;
  }

  Folders folders() {
    return folders;
  }

  Bytes available() {
    return room.available();
  }

  PoolHealth.Ready health() {
    room.refresh();
    return new PoolHealth.Ready(
        id(), ledger.size(), ledger.promised(), ledger.available(), List.copyOf(damaged.keySet()));
  }

  @Override
  public void close() {
    try (OpenedPool _ = opened;
        Drafts _ = drafts) {
      trash.close();
    }
  }

  /** An earlier try may have failed between moving it away and forcing that to disk. */
  private void makeSureThatItIsGone() {
    opened.requireStillThere();
    opened.disk().files().syncDirectory(opened.layout().volumes());
  }

  private void adopt(String name) {
    Entry entry = new Entry(Kind.VOLUME, name);
    try {
      VolumeFile read = shelf.read(name).orElseThrow();
      restored(read);
      opened.disk().removeIfThere(Disk.fresh(record(name)));
      if (read.growingTo().isPresent()) {
        index.put(name, resizing.finish(read));
      }
    } catch (Damaged | SystemCallFailed e) {
      // A disk with bad blocks, say: the other volumes of the pool are as good as before.
      damaged.put(name, e.getMessage());
      ledger.put(entry, shelf.claimedByDamaged(name));
      LOG.error("a volume is damaged and left alone: {}", e.getMessage());
    }
  }

  /** Takes over one that lies here, be it that somebody has repaired it. */
  private void restored(VolumeFile read) {
    Volume volume = read.volume();
    String name = volume.id().name();
    ledger.put(new Entry(Kind.VOLUME, name), read.promise());
    index.put(name, volume);
    neighbours.put(name, volume.content(), volume.allocation());
    folders.adopt(read);
  }
}
