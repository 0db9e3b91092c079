package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Linux;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One pool that is there and ours. Callers make sure that one name has one changing operation at a
 * time; reads may come at any time.
 */
final class Pool implements AutoCloseable {
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
  private final BackgroundCopies copies;
  private final GroupShelf groups;
  private final Ledger ledger;
  private final Room room;
  private final Company company;
  private final SharedVolumes publishing;
  private final Catalogue index;

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
    this.inUse = new InUse(linux.loops(), disk, folders, member().isPresent());
    this.shelf = new Shelf(disk, layout, opened.id(), opened.settings().name());
    Optional<SharedLocks> locks =
        member().map(_ -> new SharedLocks(disk, layout, context.lockPatience()));
    this.drafts = Drafts.open(disk, layout.drafts(), instance, locks);
    RoomMeter meter = new RoomMeter(opened, context.clock());
    this.ledger = new Ledger(meter.terms(), Bytes.ZERO);
    this.index = new Catalogue(shelf, ledger, neighbours, folders);
    this.trash = new Trash(disk, layout.trash(), ledger, context, meter::outdate, folders);
    this.company = locks.<Company>map(l -> others(l, layout)).orElseGet(Company.None::new);
    this.room = new Room(name(), ledger, trash, meter, () -> measured(meter), company);
    this.resizing = new Resizing(disk, shelf, folders, room, ledger);
    Cut cut = new Cut(linux, freezing, folders);
    this.publishing = new SharedVolumes(opened, shelf, cut, company, index);
    this.maker = new Maker(opened, drafts, mkfs, cut, context.clock(), folders);
    GroupNames names = new GroupNames();
    SnapshotMaker cutter = new SnapshotMaker(opened, drafts, room, cut, context.clock());
    this.copies = new BackgroundCopies(linux.files(), context.copies());
    this.snapshots =
        new SnapshotShelf(
            opened, drafts, ledger, room, cutter, names, cut, copies, context.copyPatience());
    this.groups = new GroupShelf(opened, snapshots, cutter, names, context.clock());
    trash.adopt(opened.id(), opened.settings().name());
    Mending mending = new Mending(opened, shelf, resizing, company, index, folders);
    shelf.names().forEach(mending::adopt);
    adoptGroups();
    snapshots.adopt();
    snapshots.proceed(volume -> known(volume.name()));
    room.measure();
  }

  /** What another process of a shared pool makes or deletes just now is not half-done. */
  private void adoptGroups() {
    try {
      var _ =
          company.grouping(
              () -> {
                groups.adopt(true);
                return this;
              });
    } catch (VolumeException.Busy e) {
      groups.adopt(false);
    }
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

  /** As which node this process shares the pool; empty for a local one. */
  Optional<Member> member() {
    return opened.settings().member();
  }

  Company company() {
    return company;
  }

  SharedVolumes publishing() {
    return publishing;
  }

  private OtherProcesses others(SharedLocks locks, PoolLayout layout) {
    Disk disk = opened.disk();
    Census volumes = new Census(disk, layout.volumes(), VolumeFile.NAME);
    Census cuts = new Census(disk, layout.snapshots(), SnapshotFile.NAME);
    locks.pool(
        () -> {
          member().ifPresent(new Nodes(disk, layout)::join);
          return layout;
        });
    return new OtherProcesses(disk, drafts.own(), locks, ledger, () -> look(volumes, cuts));
  }

  private void look(Census volumes, Census cuts) {
    volumes.take(index.names(), index::read, index::forget);
    snapshots.look(cuts);
    trash.look(id(), name());
  }

  SnapshotShelf snapshots() {
    return snapshots;
  }

  /** Refuses with {@link VolumeException.Busy} while the image is being copied. */
  void requireNotCopied(String name) {
    copies.requireNotCopied(new VolumeId(id(), name));
  }

  GroupShelf groups() {
    return groups;
  }

  private Bytes measured(RoomMeter meter) {
    Bytes kept =
        ledger
            .promised(Kind.TRASH)
            .plus(ledger.promised(Kind.SNAPSHOT))
            .minusOrZero(snapshots.notYetHeld());
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
      if (index.get(name).isEmpty()) {
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
      if (e.is("EEXIST")) {
        throw new VolumeException.Busy(
            "volume named " + name + " has just been made by another process; ask again", e);
      }
      throw room.explained(e, message -> new OutOfSpace(message, e), size);
    } finally {
      room.release(draft);
    }
  }

  /** The volume as the disk has it now; {@link Damaged} when it cannot be trusted. */
  Optional<Volume> find(String name) {
    Optional<VolumeFile> found = index.find(name);
    if (found.isEmpty()) {
      opened.requireStillThere();
    }
    return found.map(VolumeFile::volume);
  }

  /** One word for what is wrong with a damaged volume. */
  String damage(String name) {
    return shelf.damage(name);
  }

  /** The volume as it was last read or written; asks no disk. */
  Optional<Volume> known(String name) {
    return index.get(name);
  }

  List<Volume> list() {
    company.look();
    return index.sound();
  }

  void delete(String name) {
    Optional<VolumeFile> volume = shelf.read(name);
    volume.ifPresentOrElse(this::putAway, this::makeSureThatItIsGone);
    index.forget(name);
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
    Volume volume = now.volume();
    return rewrite(now, now.tuned(tuning.requireFitting(volume.allocation(), volume.content())));
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
    refuseWhileUsed(now.get());
    VolumeFile kept = now.get().keptFor(atLeast);
    opened.disk().replace(record(name), kept.bytes());
    putAway(kept);
    index.forget(name);
    return true;
  }

  Trash trash() {
    return trash;
  }

  /** Whoever asks makes sure that there is none of that name. */
  Volume undelete(String name) {
    trash.putBack(new VolumeId(id(), name), name(), opened.layout().volume(name));
    VolumeFile back = require(name);
    index.restored(back);
    return back.volume();
  }

  private void refuseWhileUsed(VolumeFile volume) {
    requireNotCopied(volume.volume().id().name());
    inUse.refuse(volume);
  }

  private void putAway(VolumeFile volume) {
    refuseWhileUsed(volume);
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
    VolumeFile now = require(name);
    if (!now.volume().size().equals(range.required())) {
      requireNotCopied(name);
    }
    Volume resized = resizing.within(now, range);
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
    company.look();
    room.refresh();
    return new PoolHealth.Ready(
        id(), ledger.size(), ledger.promised(), ledger.available(), allDamaged());
  }

  private List<String> allDamaged() {
    List<String> all = new ArrayList<>(index.damaged());
    snapshots.damaged().keySet().stream().sorted().map(s -> "snapshot " + s).forEach(all::add);
    groups.damaged().keySet().stream().sorted().map(g -> "group " + g).forEach(all::add);
    return all;
  }

  @Override
  public void close() {
    try (OpenedPool _ = opened;
        Drafts _ = drafts) {
      copies.close();
      trash.close();
    }
  }

  /** An earlier try may have failed between moving it away and forcing that to disk. */
  private void makeSureThatItIsGone() {
    opened.requireStillThere();
    opened.disk().files().syncDirectory(opened.layout().volumes());
  }
}
