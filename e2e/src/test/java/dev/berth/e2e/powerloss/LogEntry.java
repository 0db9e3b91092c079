package dev.berth.e2e.powerloss;

/**
 * One entry of a log of dm-log-writes: a bio, or a mark that somebody left between two.
 *
 * @param at where it went on the device, in bytes
 * @param length of what was written or discarded there, in bytes; 0 for a mark or a bare flush
 * @param flags {@code LOG_*_FLAG} of drivers/md/dm-log-writes.c
 * @param dataAt where its data lies in the log, in bytes; none is there for a discard
 * @param mark the text of a mark, else empty
 */
record LogEntry(long at, long length, long flags, long dataAt, String mark) {
  static final long FLUSH = 1;
  static final long FUA = 2;
  static final long DISCARD = 4;
  static final long MARK = 8;
  static final long METADATA = 16;

  boolean isMark() {
    return has(MARK);
  }

  boolean isDiscard() {
    return has(DISCARD);
  }

  /** Whether the disk was told to empty its cache before this one: all that is before is safe. */
  boolean isFlush() {
    return has(FLUSH);
  }

  /** Whether it was on the disk by itself when it was done, whatever the cache does. */
  boolean isForced() {
    return has(FUA);
  }

  /** Whether it changes what is on the disk. */
  boolean changesTheDisk() {
    return length > 0 && !isMark();
  }

  private boolean has(long flag) {
    return (flags & flag) != 0;
  }
}
