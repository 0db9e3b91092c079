package dev.berth.storage;

import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.linux.FileCalls;
import java.util.Optional;

/** Decides to which size a volume is to grow. */
final class GrowthTarget {
  private GrowthTarget() {}

  /** {@link OutOfRange} when the limit is below what the volume has. */
  static void refuseToShrink(Volume volume, SizeRange range) {
    range
        .limit()
        .filter(volume.size()::isMoreThan)
        .ifPresent(
            limit -> {
              throw new OutOfRange(
                  "limit_bytes "
                      + limit.value()
                      + " is below the size "
                      + volume.size().value()
                      + " that volume "
                      + volume.id()
                      + " has; volumes never shrink");
            });
  }

  /**
   * The largest size in the range, for a directory that is to shrink.
   *
   * @param used what it holds, where that is known
   */
  static Bytes shrunk(Volume volume, SizeRange range, Optional<Bytes> used) {
    Bytes limit = range.limit().orElseThrow();
    Bytes to = limit.roundDownTo(volume.content().blockSize());
    if (to.isLessThan(range.required()) || to.isLessThan(volume.content().minimumSize())) {
      throw new OutOfRange(
          "limit_bytes %d cannot be met: volume %s has multiples of %d bytes, and at least %d; raise the limit"
              .formatted(
                  limit.value(),
                  volume.id(),
                  volume.content().blockSize().value(),
                  volume.content().minimumSize().value()));
    }
    if (used.isEmpty() || used.get().isMoreThan(to)) {
      throw new OutOfRange(
          "limit_bytes %d is below what volume %s holds, %s; delete files, or ask for more"
              .formatted(
                  limit.value(),
                  volume.id(),
                  used.map(u -> u.value() + " bytes").orElse("which nobody counts")));
    }
    return to;
  }

  /**
   * What an interrupted expansion was to reach is reached as well, unless the limit now forbids it;
   * then at least what the image has grown to already, for images never shrink.
   */
  static Bytes decide(VolumeFile now, SizeRange range, FileCalls files) {
    Volume volume = now.volume();
    Bytes wanted = SizePlan.decide(range, volume.content());
    Bytes all = wanted.max(now.promise());
    if (range.limit().filter(all::isMoreThan).isEmpty()) {
      return all;
    }
    if (volume.content() instanceof Content.Directory) {
      return wanted; // What an interrupted expansion has reached is no more than a number.
    }
    Bytes length = files.stat(volume.image()).size();
    Bytes least = wanted.max(length.roundUpTo(volume.content().blockSize()));
    range
        .limit()
        .filter(least::isMoreThan)
        .ifPresent(
            limit -> {
              throw new OutOfRange(
                  "limit_bytes %d is below the %d bytes that an interrupted expansion of volume %s has reached already; images never shrink, so ask for that much"
                      .formatted(limit.value(), length.value(), volume.id()));
            });
    return least;
  }
}
