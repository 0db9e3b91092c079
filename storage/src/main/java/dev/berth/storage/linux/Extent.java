package dev.berth.storage.linux;

import java.util.OptionalLong;

/**
 * A part of a file that has data, which may be zeros.
 *
 * @param physical where on its filesystem it begins; empty when that is not known, or does not say
 *     all about the data (compressed, inline, not written out yet)
 */
public record Extent(long offset, long length, OptionalLong physical) {
  /** The offset behind its last byte. */
  public long end() {
    return offset + length;
  }

  /** The part of it from {@code from} to {@code to}, which it has in common with that range. */
  Extent within(long from, long to) {
    long begin = Math.max(offset, from);
    return new Extent(
        begin,
        Math.min(end(), to) - begin,
        physical.isPresent()
            ? OptionalLong.of(physical.getAsLong() + begin - offset)
            : OptionalLong.empty());
  }
}
