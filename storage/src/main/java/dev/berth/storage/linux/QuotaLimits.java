package dev.berth.storage.linux;

import dev.berth.storage.Bytes;

/**
 * The hard limits of a project.
 *
 * @param bytes how much its files may take; zero is no limit. A multiple of 1 KiB, the unit of
 *     quotactl(2).
 * @param inodes how many files, directories and links it may have; zero is no limit
 */
public record QuotaLimits(Bytes bytes, long inodes) {
  static final Bytes UNIT = Bytes.ofKiB(1);

  public static final QuotaLimits NONE = new QuotaLimits(Bytes.ZERO, 0);

  public QuotaLimits {
    if (!bytes.isMultipleOf(UNIT)) {
      throw new IllegalArgumentException(
          "a quota of " + bytes + " cannot be set; it must be a multiple of " + UNIT);
    }
    if (inodes < 0) {
      throw new IllegalArgumentException(
          "a quota of " + inodes + " inodes cannot be set; it is never negative");
    }
  }
}
