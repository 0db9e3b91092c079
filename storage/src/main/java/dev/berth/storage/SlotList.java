package dev.berth.storage;

import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.PoolMissing;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The pools of a driver, there or missing, in the order of the settings. */
record SlotList(List<PoolSlot> all) {
  SlotList {
    all = List.copyOf(all);
  }

  List<Pool> ready() {
    return all.stream().flatMap(s -> s.ready().stream()).toList();
  }

  Optional<PoolSlot> of(PoolId id) {
    return all.stream().filter(s -> s.id().filter(id::equals).isPresent()).findFirst();
  }

  /** {@link Invalid} when the operator has given none that name. */
  PoolSlot named(PoolName name) {
    return all.stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Invalid(
                    "pool "
                        + name
                        + " does not exist; the pools are "
                        + all.stream()
                            .map(s -> s.name().value())
                            .collect(Collectors.joining(", "))));
  }

  /**
   * Where something of that pool can be deleted. Deleted it is only when it can be seen: its pool
   * may be one of those that are missing.
   *
   * @param what is to be deleted, for the message
   */
  Pool toDeleteIn(PoolId id, String what) {
    Optional<PoolSlot> slot = of(id);
    if (slot.isPresent()) {
      return slot.get().require();
    }
    if (ready().size() < all.size()) {
      throw new PoolMissing(
          what + " cannot be deleted, for it may live in a pool that is missing: " + whyMissing());
    }
    throw new NotNow(
        what
            + " cannot be deleted: pool "
            + id
            + " is none of the pools of this driver; give it with --pool, or delete it where it"
            + " lives");
  }

  String whyMissing() {
    String whys =
        all.stream().flatMap(s -> s.whyMissing().stream()).collect(Collectors.joining("; "));
    return whys.isEmpty() ? "none is configured; give one with --pool" : whys;
  }
}
