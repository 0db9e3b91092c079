package dev.berth.storage;

import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.PoolMissing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides in which pool a new volume is made, and how large a copy becomes. */
final class Placement {
  private final SlotList slots;

  Placement(SlotList slots) {
    this.slots = slots;
  }

  /** Makes it in the pool that was asked for, else in the first that has the room. */
  Volume create(CreateRequest request, String name, Bytes size, Optional<Original> original) {
    Bytes enough = original.map(o -> sizeOfCopy(request, size, o)).orElse(size);
    if (request.pool().isPresent()) {
      return slots.named(request.pool().get()).require().create(request, name, enough, original);
    }
    List<OutOfSpace> refusals = new ArrayList<>();
    List<String> unfit = new ArrayList<>();
    for (Pool pool : candidates(original)) {
      Optional<String> why = pool.whyNot(request.content(), request.allocation());
      if (why.isPresent()) {
        unfit.add("pool " + pool.name() + ": " + why.get());
        continue;
      }
      try {
        return pool.create(request, name, enough, original);
      } catch (OutOfSpace e) {
        refusals.add(e);
      } catch (NotNow e) {
        // Farther away its blocks cannot be shared; that the near pool is full is what to say.
        if (refusals.isEmpty()) {
          throw e;
        }
      }
    }
    throw refusals.isEmpty() && !unfit.isEmpty()
        ? new NotNow("no pool can take the volume: " + String.join("; ", unfit))
        : nowhere(refusals);
  }

  /** A copy goes where its original is, for there it can share blocks; else the roomiest first. */
  private List<Pool> candidates(Optional<Original> original) {
    Comparator<Pool> nearest =
        Comparator.comparing(pool -> original.filter(o -> o.pool().equals(pool.id())).isEmpty());
    return slots.ready().stream()
        .sorted(nearest.thenComparing(Comparator.comparing(Pool::available).reversed()))
        .toList();
  }

  private static Bytes sizeOfCopy(CreateRequest request, Bytes size, Original original) {
    if (!request.content().equals(original.content())) {
      throw new Invalid(
          "volume_content_source %s holds %s, and %s was asked for; ask for what it holds"
              .formatted(original, original.content(), request.content()));
    }
    Bytes least = original.size();
    boolean smaller = !request.size().required().isZero() && size.isLessThan(least);
    if (smaller || request.size().limit().filter(least::isMoreThan).isPresent()) {
      throw new OutOfRange(
          "%s of %d bytes were asked for, and %s has %d; a copy is never smaller, ask for at least as much"
              .formatted(request.size(), size.value(), original, least.value()));
    }
    return size.max(least);
  }

  private VolumeException nowhere(List<OutOfSpace> refusals) {
    if (refusals.isEmpty()) {
      return new PoolMissing("no pool is there: " + slots.whyMissing());
    }
    String whys = refusals.stream().map(OutOfSpace::getMessage).collect(Collectors.joining("; "));
    return new OutOfSpace(whys, refusals.getFirst());
  }
}
