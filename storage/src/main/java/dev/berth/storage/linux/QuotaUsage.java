package dev.berth.storage.linux;

import dev.berth.storage.Bytes;

/**
 * What a project takes and may take.
 *
 * @param bytes taken now; blocks shared by reflink count in full for each file that has them
 * @param inodes taken now
 */
public record QuotaUsage(Bytes bytes, long inodes, QuotaLimits limits) {
  public QuotaUsage {
    if (inodes < 0) {
      throw new IllegalArgumentException("a negative number of inodes: " + inodes);
    }
  }
}
