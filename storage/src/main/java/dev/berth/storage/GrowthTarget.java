package dev.berth.storage;

import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.linux.FileCalls;

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
