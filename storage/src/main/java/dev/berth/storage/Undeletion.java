package dev.berth.storage;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.NotFound;
import java.util.List;

/** Deleted volumes can be had back as long as they lie in the trash of their pool. */
public final class Undeletion {
  private final SlotList slots;
  private final KeyLocks locks;

  Undeletion(SlotList slots, KeyLocks locks) {
    this.slots = slots;
    this.locks = locks;
  }

  /** Those of the pools that are there, the newest of each pool first. */
  public List<Trashed> list() {
    return slots.ready().stream()
        .flatMap(pool -> pool.trash().contents(pool.id(), pool.name()).stream())
        .toList();
  }

  /**
   * Takes a volume out of the trash; it is as it was.
   *
   * @throws Conflict when there is a volume of that id again
   * @throws NotFound when the trash has none
   * @throws VolumeException.OutOfSpace when its pool could not keep its promise to it
   */
  public Volume bringBack(VolumeId id) {
    Pool pool =
        slots
            .of(id.pool())
            .orElseThrow(() -> new NotFound("volume " + id + " is of no pool of this driver"))
            .require();
    return locks.holding(
        id.name(), () -> pool.company().changing(id.name(), () -> bringBack(pool, id)));
  }

  private static Volume bringBack(Pool pool, VolumeId id) {
    if (pool.find(id.name()).isPresent()) {
      throw new Conflict("volume " + id + " is there: it need not be had back");
    }
    return pool.undelete(id.name());
  }
}
