package dev.berth.storage;

/**
 * A part of an image.
 *
 * @param offset of its first byte
 * @param length at least 1
 */
public record ByteRange(long offset, long length) {
  public ByteRange {
    if (offset < 0 || length < 1) {
      throw new IllegalArgumentException("no range: " + length + " bytes at " + offset);
    }
  }

  /** The offset behind its last byte. */
  public long end() {
    return offset + length;
  }
}
