package dev.berth.storage;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of all pools of one driver. Safe for use by many threads: of two changes of one
 * snapshot the second is refused, reads wait for nobody.
 */
public final class Snapshots {
  private final SlotList slots;
  private final KeyLocks locks = new KeyLocks();

  Snapshots(SlotList slots) {
    this.slots = slots;
  }

  /**
   * Cuts a snapshot of a volume as it is now, in use or not, or answers the one that an equal
   * request has made before. It is cut when this returns; one of a volume at rest whose blocks
   * cannot be shared may still be being copied ({@link Snapshot#isWhole}), and its volume cannot be
   * used until that is done.
   *
   * @param name the CO's name: 1 to 128 bytes of UTF-8 without control characters
   * @throws Conflict when one of that name exists and has another source
   * @throws NotFound when there is no such volume
   * @throws VolumeException.OutOfSpace when its pool has no room to keep what it holds
   * @throws VolumeException.NotNow when it is in use and its blocks cannot be shared
   */
  public Snapshot cut(String name, VolumeId source) {
    return cut(name, source, CreateRequest.DEFAULT_MAX_FREEZE);
  }

  /**
   * The same.
   *
   * @param maxFreeze for how long the volume may stand still where its blocks cannot be shared
   */
  public Snapshot cut(String name, VolumeId source, Duration maxFreeze) {
    CreateRequest.requireName(name);
    String onDisk = VolumeNames.onDisk(name);
    return locks.trying(
        onDisk,
        "snapshot named " + Quoted.of(name),
        () ->
            named(onDisk, source)
                .map(there -> proceeding(same(there, name, source)))
                .orElseGet(() -> make(name, onDisk, source, maxFreeze)));
  }

  /**
   * Deletes a snapshot; does nothing when it is gone already. It never waits: what is being cut or
   * deleted already is refused.
   *
   * @throws VolumeException.Busy when an operation on it is under way
   * @throws Invalid when it is a member of a group
   * @throws VolumeException.NotNow when its pool is none of ours
   * @throws VolumeException.PoolMissing when its pool, or one that may be it, is not there
   */
  public void delete(SnapshotId id) {
    Pool pool = slots.toDeleteIn(id.pool(), "snapshot " + id);
    locks.trying(
        id.name(),
        "snapshot " + id,
        () -> {
          pool.snapshots().find(id.name()).ifPresent(Snapshots::requireAlone);
          pool.snapshots().delete(id.name());
          return id;
        });
  }

  /**
   * The snapshot, as the disk has it now.
   *
   * @throws VolumeException.Damaged when what is there cannot be trusted
   * @throws VolumeException.PoolMissing when its pool is not there
   */
  public Optional<Snapshot> find(SnapshotId id) {
    return slots.of(id.pool()).flatMap(slot -> slot.require().snapshots().find(id.name()));
  }

  /** As {@link #find}, with {@link NotFound} when there is none. */
  public Snapshot get(SnapshotId id) {
    return find(id).orElseThrow(() -> new NotFound("snapshot " + id + " does not exist"));
  }

  /**
   * Where a snapshot has data.
   *
   * @param from where to begin, in bytes; see {@link BlockScan}
   * @throws NotFound when there is no such snapshot
   * @throws VolumeException.OutOfRange when it has no such offset
   */
  public BlockScan allocated(SnapshotId id, long from) {
    return shelf(id).allocated(get(id), from);
  }

  /**
   * Where {@code target} differs from {@code base}, an earlier snapshot of the same volume; what
   * the volume has grown by in between differs where it has data.
   *
   * @throws NotFound when there is none of the one or the other
   * @throws VolumeException.Invalid when they are of two volumes, or the other way round
   * @throws VolumeException.OutOfRange when the target has no such offset
   */
  public BlockScan changed(SnapshotId base, SnapshotId target, long from) {
    Snapshot older = get(base);
    return shelf(target).changed(older, get(target), from);
  }

  private SnapshotShelf shelf(SnapshotId id) {
    return slots
        .of(id.pool())
        .orElseThrow(() -> new NotFound("snapshot " + id + " does not exist"))
        .require()
        .snapshots();
  }

  /** Every snapshot of the pools that are there, without the damaged ones, sorted by id. */
  public List<Snapshot> list() {
    slots.ready().forEach(pool -> pool.company().look());
    return slots.ready().stream()
        .flatMap(p -> p.snapshots().list().stream())
        .sorted(Comparator.comparing(Snapshot::id))
        .toList();
  }

  /** An equal one lies where its volume does; a sick pool elsewhere is no reason to refuse. */
  private Optional<Snapshot> named(String onDisk, VolumeId source) {
    Optional<Pool> here = slots.of(source.pool()).map(PoolSlot::require);
    return here.flatMap(pool -> pool.snapshots().find(onDisk))
        .or(() -> list().stream().filter(s -> s.id().name().equals(onDisk)).findFirst());
  }

  private Snapshot make(String name, String onDisk, VolumeId source, Duration maxFreeze) {
    Pool pool =
        slots
            .of(source.pool())
            .orElseThrow(() -> new NotFound("volume " + source + " does not exist"))
            .require();
    return pool.company().changing(source.name(), () -> cut(pool, source, name, onDisk, maxFreeze));
  }

  private static Snapshot cut(
      Pool pool, VolumeId source, String name, String onDisk, Duration maxFreeze) {
    Volume volume =
        pool.find(source.name())
            .orElseThrow(() -> new NotFound("volume " + source + " does not exist"));
    return pool.snapshots().cut(volume, name, onDisk, maxFreeze);
  }

  private static void requireAlone(Snapshot snapshot) {
    snapshot
        .group()
        .ifPresent(
            group -> {
              throw new Invalid(
                  "snapshot %s is a member of group %s and goes with it; delete the group (DeleteVolumeGroupSnapshot)"
                      .formatted(snapshot.id(), group));
            });
  }

  /** One that is not yet whole must be on its way. */
  private Snapshot proceeding(Snapshot there) {
    if (!there.isWhole()) {
      Pool pool = slots.of(there.id().pool()).orElseThrow().require();
      pool.snapshots().proceed(there, pool.find(there.source().name()));
    }
    return there;
  }

  private static Snapshot same(Snapshot there, String name, VolumeId source) {
    if (!there.name().equals(name) || !there.source().equals(source)) {
      throw new Conflict(
          "snapshot %s exists as %s of volume %s, and one of volume %s was asked for; use another name"
              .formatted(Quoted.of(there.name()), there.id(), there.source(), source));
    }
    return there;
  }
}
