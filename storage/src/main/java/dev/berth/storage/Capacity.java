package dev.berth.storage;

/**
 * What can still be made.
 *
 * @param available in all the pools asked about together
 * @param maximumVolume the largest volume that one of them would take now
 */
public record Capacity(Bytes available, Bytes maximumVolume) {
  public static final Capacity NONE = new Capacity(Bytes.ZERO, Bytes.ZERO);

  public Capacity {
    if (maximumVolume.isMoreThan(available)) {
      throw new IllegalArgumentException(
          "the largest volume, "
              + maximumVolume
              + ", is above all that is available, "
              + available);
    }
  }

  Capacity and(Bytes pool) {
    return new Capacity(
        available.plus(pool), maximumVolume.max(pool.roundDownTo(Content.FILESYSTEM_BLOCK)));
  }
}
