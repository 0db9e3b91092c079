package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pool that is there and ours. Callers make sure that one name has one changing operation at a
 * time; reads may come at any time.
 */
final class Pool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
  private static final Set<String> FULL = Set.of("ENOSPC", "EDQUOT");

  private final OpenedPool opened;
  private final LoopDevices loops;
  private final Shelf shelf;
  private final Maker maker;
  private final Growth growth;
  private final Trash trash;
  private final Drafts drafts;
  private final Ledger ledger;
  private final RoomMeter meter;
  private final ConcurrentSkipListMap<String, Volume> index = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, String> damaged = new ConcurrentSkipListMap<>();

  /**
   * Takes over a pool: drafts of the dead are swept, interrupted expansions are finished, damaged
   * volumes are put down and left alone.
   */
  Pool(OpenedPool opened, LoopDevices loops, Mkfs mkfs, PoolsContext context, String instance) {
    this.opened = opened;
    this.loops = loops;
    Disk disk = opened.disk();
    PoolLayout layout = opened.layout();
    this.shelf = new Shelf(disk, layout, opened.id(), opened.settings().name());
    this.growth = new Growth(disk);
    this.drafts = Drafts.open(disk, layout.drafts(), instance);
    this.meter = new RoomMeter(opened, context.clock());
    this.ledger = new Ledger(meter.terms(), Bytes.ZERO);
    this.trash = new Trash(disk, layout.trash(), ledger, context);
    this.maker = new Maker(opened, drafts, mkfs, context.clock());
    trash.adopt(opened.id(), opened.settings().name());
    shelf.names().forEach(this::adopt);
    measure();
  }

  PoolId id() {
    return opened.id();
  }

  PoolName name() {
    return opened.settings().name();
  }

  /** Whether its directory still leads to the pool that was opened. */
  boolean isStillThere() {
    return opened.isStillThere();
  }

  Volume create(CreateRequest request, String name, Bytes size) {
    refresh();
    Entry draft = new Entry(Kind.DRAFT, name);
    reserve(draft, size);
    try {
      Volume made = maker.make(request, name, size);
      ledger.move(draft, new Entry(Kind.VOLUME, name), size);
      index.put(name, made);
      return made;
    } catch (SystemCallFailed e) {
      throw explained(e, message -> new OutOfSpace(message, e), size);
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

  List<Volume> list() {
    return index.values().stream().filter(v -> !damaged.containsKey(v.id().name())).toList();
  }

  void delete(String name) {
    Optional<VolumeFile> volume = shelf.read(name);
    volume.ifPresentOrElse(
        v -> {
          requireDetached(v.volume());
          trash.take(v, opened.layout().volume(name));
        },
        this::makeSureThatItIsGone);
    index.remove(name);
    ledger.release(new Entry(Kind.VOLUME, name));
  }

  /** Grows to the smallest size in the range; never shrinks. */
  Volume expand(String name, SizeRange range) {
    VolumeFile now =
        shelf
            .read(name)
            .orElseThrow(
                () ->
                    new VolumeException.NotFound(
                        "volume " + id() + "." + name + " does not exist"));
    Bytes size = now.volume().size();
    range.limit().filter(size::isMoreThan).ifPresent(limit -> refuseToShrink(now.volume(), limit));
    if (!size.isLessThan(range.required()) && now.growingTo().isEmpty()) {
      return now.volume();
    }
    return grow(now, SizePlan.decide(range, now.volume().content()).max(now.promise()));
  }

  Bytes available() {
    refresh();
    return ledger.available();
  }

  PoolHealth.Ready health() {
    refresh();
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
      ledger.put(entry, read.promise());
      index.put(name, read.volume());
      opened
          .disk()
          .removeIfThere(Disk.fresh(opened.layout().volume(name).resolve(VolumeFile.NAME)));
      if (read.growingTo().isPresent()) {
        finishGrowth(read);
      }
    } catch (Damaged | SystemCallFailed e) {
      // A disk with bad blocks, say: the other volumes of the pool are as good as before.
      damaged.put(name, e.getMessage());
      ledger.put(entry, shelf.claimedByDamaged(name));
      LOG.error("a volume is damaged and left alone: {}", e.getMessage());
    }
  }

  /** Somebody has repaired it. */
  private void restored(VolumeFile read) {
    String name = read.volume().id().name();
    ledger.put(new Entry(Kind.VOLUME, name), read.promise());
    index.put(name, read.volume());
  }

  private void finishGrowth(VolumeFile read) {
    try {
      index.put(read.volume().id().name(), growth.finish(read).volume());
    } catch (SystemCallFailed e) {
      LOG.warn("{}: an interrupted expansion is still not finished", read.volume().id(), e);
    }
  }

  private Volume grow(VolumeFile now, Bytes to) {
    String name = now.volume().id().name();
    Entry entry = new Entry(Kind.VOLUME, name);
    refresh();
    if (!makeRoom(to.minus(now.promise()), () -> ledger.enlarge(entry, to))) {
      throw new OutOfRange(full(to.minus(now.promise()), "more for volume " + now.volume().id()));
    }
    try {
      Volume grown = growth.grow(now, to).volume();
      index.put(name, grown);
      return grown;
    } catch (SystemCallFailed e) {
      shelf.read(name).ifPresent(v -> ledger.put(entry, v.promise()));
      throw explained(e, message -> new OutOfRange(message, e), to);
    }
  }

  private void reserve(Entry draft, Bytes size) {
    if (!makeRoom(size, () -> ledger.reserve(draft, size))) {
      throw new OutOfSpace(full(size, "for the new volume"));
    }
  }

  /** Tries {@code taking}; while the trash could make the difference, it gives way first. */
  private boolean makeRoom(Bytes needed, BooleanSupplier taking) {
    while (!taking.getAsBoolean()) {
      Bytes best = ledger.available().plus(ledger.promised(Kind.TRASH));
      if (needed.isMoreThan(best) || !trash.giveWay()) {
        return false;
      }
    }
    return true;
  }

  private String full(Bytes needed, String purpose) {
    return "pool "
        + name()
        + " has "
        + ledger.available()
        + " available of "
        + ledger.size()
        + ", and "
        + needed
        + " are needed "
        + purpose
        + "; delete volumes, enlarge the pool or ask for less";
  }

  private VolumeException explained(
      SystemCallFailed e, Function<String, VolumeException> whenFull, Bytes size) {
    if (FULL.contains(e.errno())) {
      return whenFull.apply("pool " + name() + ": its filesystem is full: " + e.getMessage());
    }
    if (e.is("EFBIG")) {
      return new OutOfRange(
          "size " + size.value() + " is more than a file of pool " + name() + " can have", e);
    }
    return e;
  }

  private void requireDetached(Volume volume) {
    if (!loops.mayBeAttached(volume.image())) {
      return;
    }
    List<LoopDevice> devices = loops.findAll(opened.disk().files().identity(volume.image()));
    if (!devices.isEmpty()) {
      throw new NotNow(
          "volume "
              + volume.id()
              + " is attached at "
              + devices.getFirst().path()
              + " and cannot be deleted; unstage it, or detach the device (losetup -d "
              + devices.getFirst().path()
              + ")");
    }
  }

  private static void refuseToShrink(Volume volume, Bytes limit) {
    throw new OutOfRange(
        "limit_bytes "
            + limit.value()
            + " is below the size "
            + volume.size().value()
            + " that volume "
            + volume.id()
            + " has; volumes never shrink");
  }

  private void refresh() {
    if (meter.isOld()) {
      measure();
    }
  }

  private void measure() {
    Bytes room = meter.room(ledger.promised(Kind.TRASH), index.values(), drafts.images());
    ledger.measured(meter.terms(), room);
  }
}
