package dev.berth.storage;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.PoolMissing;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.Mounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All pools of one driver, and the volumes in them. Safe for use by many threads: changes of one
 * volume wait for each other, reads wait for nobody.
 */
public final class Pools implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pools.class);

  private final SlotList slots;
  private final Placement placement;
  private final Snapshots snapshots;
  private final SnapshotGroups groups;
  private final Publications publications;
  private final PoolsContext context;
  private final KeyLocks locks = new KeyLocks();
  private final CopyOnWriteArrayList<Consumer<PoolStatus>> listeners = new CopyOnWriteArrayList<>();
  private final Mounts.Watch watch;

  private Pools(SlotList slots, Linux linux, PoolsContext context) {
    this.slots = slots;
    this.placement = new Placement(slots);
    this.snapshots = new Snapshots(slots);
    this.groups = new SnapshotGroups(slots);
    this.publications = new Publications(slots, locks);
    this.context = context;
    this.watch = linux.mounts().watch(this::mountsChanged);
  }

  /**
   * Opens every pool, after thawing what a process that was killed has left frozen. One that is
   * known and not there is missing and comes later by itself.
   *
   * @throws Invalid when the settings of one do not fit what is there
   * @throws NotNow when another process has one open
   */
  public static Pools open(List<PoolSettings> settings, Linux linux, PoolsContext context) {
    PoolSettings.requireDistinct(settings);
    Freezing freezing = new Freezing(linux, context.stateDirectory());
    freezing.thawLeftovers();
    PoolSlots factory = new PoolSlots(linux, context, freezing);
    List<PoolSlot> opened = new ArrayList<>();
    try {
      settings.forEach(s -> opened.add(factory.open(s)));
      Pools pools = new Pools(new SlotList(opened), linux, context);
      pools.recheck();
      return pools;
    } catch (RuntimeException e) {
      opened.reversed().forEach(PoolSlot::close);
      throw e;
    }
  }

  /**
   * Makes a volume, or answers the one that an equal request has made before.
   *
   * @throws Conflict when one of that name exists and differs
   * @throws OutOfSpace when no pool that was asked for has the room
   * @throws VolumeException.OutOfRange when the range has no size that the content can have, or its
   *     source is larger
   * @throws NotFound when its source does not exist
   */
  public Volume create(CreateRequest request) {
    request.pool().ifPresent(slots::named);
    Bytes size = SizePlan.decide(request.size(), request.content());
    String name = VolumeNames.onDisk(request.name());
    return locks.holding(
        name,
        () ->
            existing(name)
                .map(v -> Sameness.require(v, request))
                .orElseGet(() -> make(request, name, size)));
  }

  /** A volume that is copied keeps its image meanwhile. */
  private Volume make(CreateRequest request, String name, Bytes size) {
    return request.source().isPresent()
            && request.source().get() instanceof Source.OfVolume(VolumeId id)
        ? poolOf(id)
            .company()
            .changing(id.name(), () -> placement.create(request, name, size, original(request)))
        : placement.create(request, name, size, original(request));
  }

  /** While nobody else does, in this process or, with a shared pool, in another. */
  private <R> R changing(VolumeId id, Pool pool, Supplier<R> work) {
    return locks.holding(id.name(), () -> pool.company().changing(id.name(), work));
  }

  /**
   * Deletes a volume; does nothing when it is gone already.
   *
   * @throws NotNow while it is attached, or when its pool is none of ours
   * @throws PoolMissing when its pool, or one that may be it, is not there
   */
  public void delete(VolumeId id) {
    Pool pool = slots.toDeleteIn(id.pool(), "volume " + id);
    changing(
        id,
        pool,
        () -> {
          pool.delete(id.name());
          return id;
        });
  }

  /**
   * The volume, as the disk has it now.
   *
   * @throws VolumeException.Damaged when what is there cannot be trusted
   * @throws PoolMissing when its pool is not there
   */
  public Optional<Volume> find(VolumeId id) {
    return slots.of(id.pool()).flatMap(slot -> slot.require().find(id.name()));
  }

  /**
   * One word for what is wrong with a volume that {@link #find} finds damaged: {@code
   * RecordDamaged}, {@code ImageMissing}, {@code ImageTooShort}, {@code ImageTooLong}.
   */
  public String damage(VolumeId id) {
    return poolOf(id).damage(id.name());
  }

  /** The volumes that were in pools when these went missing, as far as this process has seen. */
  public List<VolumeId> lost() {
    return slots.all().stream().flatMap(slot -> slot.lost().stream()).toList();
  }

  /** The volume as it was last read or written; asks no disk. */
  public Optional<Volume> known(VolumeId id) {
    return slots.of(id.pool()).flatMap(PoolSlot::ready).flatMap(p -> p.known(id.name()));
  }

  /** As {@link #find}, with {@link NotFound} when there is none. */
  public Volume get(VolumeId id) {
    return find(id).orElseThrow(() -> new NotFound("volume " + id + " does not exist"));
  }

  /** Every volume of the pools that are there, without the damaged ones, sorted by id. */
  public List<Volume> list() {
    return slots.ready().stream()
        .flatMap(p -> p.list().stream())
        .sorted(Comparator.comparing(Volume::id))
        .toList();
  }

  /**
   * Grows a volume; one that is large enough already is answered as it is.
   *
   * @throws VolumeException.OutOfRange when the pool has no room for it, or the limit is below what
   *     the volume has
   */
  public Volume expand(VolumeId id, SizeRange size) {
    Pool pool = poolOf(id);
    return changing(id, pool, () -> pool.expand(id.name(), size));
  }

  /** What the kernel counts of a directory volume; empty where it counts nothing. */
  public Optional<DirectoryUsage> usage(Volume volume) {
    return slots
        .of(volume.id().pool())
        .flatMap(PoolSlot::ready)
        .flatMap(pool -> pool.folders().usage(volume));
  }

  /**
   * What is wrong with a directory volume's limit, one sentence each with what to do: subvolumes
   * that a pod has made, a folder that was taken out of its project, a limit that is not set.
   */
  public List<String> findings(Volume volume) {
    return slots
        .of(volume.id().pool())
        .flatMap(PoolSlot::ready)
        .map(pool -> pool.folders().findings(volume))
        .orElse(List.of());
  }

  /**
   * Asserts that the volume may be used, because nobody copies its image just now.
   *
   * @throws VolumeException.Busy with how far the copy is
   */
  public void requireNotCopied(VolumeId id) {
    slots.of(id.pool()).flatMap(PoolSlot::ready).ifPresent(p -> p.requireNotCopied(id.name()));
  }

  /** Writes down, forced to disk, that the volume's PersistentVolume was seen: no leftover then. */
  public Volume acknowledge(VolumeId id) {
    Pool pool = poolOf(id);
    return changing(id, pool, () -> pool.acknowledge(id.name()));
  }

  /**
   * Writes down, forced to disk, what {@code changes} names; the rest stays as it is.
   *
   * @throws Invalid when the volume cannot be so; nothing is changed then
   */
  public Volume tune(VolumeId id, Tuning changes) {
    Pool pool = poolOf(id);
    return changing(id, pool, () -> pool.tune(id.name(), changes));
  }

  /**
   * Moves an orphan to the trash, where it waits at least so long; false when it is not there, or
   * is not as {@code still} wants it when nobody else can change it any more.
   *
   * @throws NotNow while it is attached
   */
  public boolean trash(VolumeId id, Duration atLeast, Predicate<Volume> still) {
    return slots
        .of(id.pool())
        .map(PoolSlot::require)
        .map(pool -> changing(id, pool, () -> pool.trash(id.name(), atLeast, still)))
        .orElse(false);
  }

  /** Which nodes may use which volumes of shared pools. */
  public Publications publications() {
    return publications;
  }

  /** The deleted volumes, as long as their trash keeps them. */
  public Undeletion undeletion() {
    return new Undeletion(slots, locks);
  }

  /** The snapshots of these pools. */
  public Snapshots snapshots() {
    return snapshots;
  }

  /** Their groups of snapshots. */
  public SnapshotGroups groups() {
    return groups;
  }

  /**
   * What a copy of {@code source} would be made of.
   *
   * @throws NotFound when it does not exist
   */
  public Original original(Source source) {
    return switch (source) {
      case Source.OfSnapshot(SnapshotId id) -> new Original.OfSnapshot(snapshots.get(id));
      case Source.OfVolume(VolumeId id) -> new Original.OfVolume(get(id));
    };
  }

  /** The volume that was made under that name of the CO's. */
  public Optional<Volume> named(String name) {
    return existing(VolumeNames.onDisk(name)).filter(v -> v.name().equals(name));
  }

  /** What can still be made in one pool or in all; nothing in one that is missing. */
  public Capacity capacity(Optional<PoolName> pool) {
    return capacity(pool, _ -> true);
  }

  /** The same for such volumes, which not every pool can take. */
  public Capacity capacity(Optional<PoolName> pool, Content content, Allocation allocation) {
    return capacity(pool, p -> p.whyNot(content, allocation).isEmpty());
  }

  private Capacity capacity(Optional<PoolName> pool, Predicate<Pool> fit) {
    List<PoolSlot> asked = pool.map(p -> List.of(slots.named(p))).orElse(slots.all());
    Capacity sum = Capacity.NONE;
    for (PoolSlot slot : asked) {
      sum = slot.ready().filter(fit).map(Pool::available).map(sum::and).orElse(sum);
    }
    return sum;
  }

  /** Whether there are no pools at all; asks no disk. */
  public boolean isEmpty() {
    return slots.all().isEmpty();
  }

  /** Each pool and how it is, in the order of the settings. */
  public List<PoolStatus> statuses() {
    return slots.all().stream().map(PoolSlot::status).toList();
  }

  /** {@code listener} is told when a pool has come or gone, on a background thread. */
  public void onChange(Consumer<PoolStatus> listener) {
    listeners.add(listener);
  }

  /** Lets go of the pools; volumes, attached ones too, stay as they are. */
  @Override
  public void close() {
    watch.close();
    slots.all().reversed().forEach(PoolSlot::close);
  }

  private Optional<Original> original(CreateRequest request) {
    return request.source().map(this::original);
  }

  /** A pool whose disk fails as a whole is missing from then on, and the others go on. */
  private Optional<Volume> existing(String name) {
    for (PoolSlot slot : slots.all()) {
      try {
        Optional<Volume> found = slot.ready().flatMap(p -> p.find(name));
        if (found.isPresent()) {
          return found;
        }
      } catch (SystemCallFailed e) {
        recheck(slot);
        if (slot.ready().isPresent()) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  private Pool poolOf(VolumeId id) {
    return slots
        .of(id.pool())
        .orElseThrow(() -> new NotFound("volume " + id + " does not exist"))
        .require();
  }

  /** Called by the watching thread, which must not be kept. */
  private void mountsChanged() {
    try {
      context.background().execute(this::recheck);
    } catch (RejectedExecutionException e) {
      LOG.debug("the process is ending, so nobody looks at the changed mounts", e);
    }
  }

  private void recheck() {
    slots.all().forEach(this::recheck);
  }

  private void recheck(PoolSlot slot) {
    slot.recheck().ifPresent(status -> listeners.forEach(l -> l.accept(status)));
  }
}
