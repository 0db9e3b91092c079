package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** The room of one pool: taken before the work begins, with the trash giving way. */
final class Room {
  private static final Set<String> FULL = Set.of("ENOSPC", "EDQUOT");

  private final PoolName pool;
  private final Ledger ledger;
  private final Trash trash;
  private final RoomMeter meter;
  private final Supplier<Bytes> measured;
  private final Company company;

  /**
   * @param measured asks the filesystem how much there is
   */
  Room(
      PoolName pool,
      Ledger ledger,
      Trash trash,
      RoomMeter meter,
      Supplier<Bytes> measured,
      Company company) {
    this.pool = pool;
    this.ledger = ledger;
    this.trash = trash;
    this.meter = meter;
    this.measured = measured;
    this.company = company;
  }

  Bytes available() {
    company.look();
    refresh();
    return ledger.available();
  }

  /** Takes room for a volume that is to be made. */
  void reserve(Entry draft, Bytes size) {
    reserve(draft, size, "for the new volume");
  }

  /** Takes room for what {@code purpose} says. */
  void reserve(Entry draft, Bytes size, String purpose) {
    company.deciding(
        () -> {
          refresh();
          if (!make(size, () -> ledger.reserve(draft, size))) {
            throw new OutOfSpace(full(size, purpose));
          }
          company.reserved(draft, size);
          return draft;
        });
  }

  /** Gives back what {@link #reserve} took. */
  void release(Entry draft) {
    ledger.release(draft);
    company.released(draft);
  }

  /** Takes room for a volume that is to grow. */
  void enlarge(VolumeFile now, Bytes to) {
    Entry entry = new Entry(Kind.VOLUME, now.volume().id().name());
    Bytes more = to.minusOrZero(now.promise());
    company.deciding(
        () -> {
          refresh();
          if (!make(more, () -> ledger.enlarge(entry, to))) {
            throw new OutOfRange(full(more, "more for volume " + now.volume().id()));
          }
          company.reserved(entry, more);
          return entry;
        });
  }

  /** The volume's record says by now what {@link #enlarge} took, or it took nothing. */
  void enlarged(String name) {
    company.released(new Entry(Kind.VOLUME, name));
  }

  /** Tries {@code taking}; while the trash could make the difference, it gives way first. */
  private boolean make(Bytes needed, BooleanSupplier taking) {
    while (!taking.getAsBoolean()) {
      Bytes best = ledger.available().plus(trash.wouldFree());
      if (needed.isMoreThan(best) || !trash.giveWay()) {
        return false;
      }
      measure(); // What was emptied may have shared its blocks, and then little has become free.
    }
    return true;
  }

  private String full(Bytes needed, String purpose) {
    return "pool %s has %s available of %s, and %s are needed %s; delete volumes, enlarge the pool or ask for less"
        .formatted(pool, ledger.available(), ledger.size(), needed, purpose);
  }

  /** What a call that failed while the pool was written to means to the caller. */
  VolumeException explained(
      SystemCallFailed e, Function<String, VolumeException> whenFull, Bytes size) {
    if (FULL.contains(e.errno())) {
      return whenFull.apply("pool " + pool + ": its filesystem is full: " + e.getMessage());
    }
    if (e.is("EFBIG")) {
      return new OutOfRange(
          "size " + size.value() + " is more than a file of pool " + pool + " can have", e);
    }
    return e;
  }

  /** What was made or removed just now may share its blocks: the next who asks measures anew. */
  void outdate() {
    meter.outdate();
  }

  void refresh() {
    if (meter.isOld()) {
      measure();
    }
  }

  void measure() {
    Bytes room = measured.get();
    ledger.measured(meter.terms(), room);
  }
}
