package dev.berth.storage;

import java.util.List;

/**
 * Ranges of a snapshot, found window after window; it holds nothing open in between, so who loses
 * interest just stops. Not for several threads at once.
 */
public final class BlockScan {
  /** Large enough that a sparse terabyte is soon through, small enough to be left at any time. */
  static final long WINDOW = 64L << 20;

  /** A way to find ranges in the window from {@code from} to {@code to}. */
  interface Finder {
    List<ByteRange> find(long from, long to);
  }

  private final Bytes size;
  private final Finder finder;
  private final long beyond;
  private long at;

  /**
   * @param from ranges that end at this offset or before are left out
   */
  BlockScan(Bytes size, long from, Finder finder) {
    this.size = size;
    this.finder = finder;
    this.beyond = from;
    this.at = from - from % Difference.BLOCK;
  }

  /** Of the snapshot that is looked through. */
  public Bytes size() {
    return size;
  }

  /** Whether everything was looked through. */
  public boolean isAtEnd() {
    return at >= size.value();
  }

  /**
   * The ranges of the next window, in order, without overlap; often none.
   *
   * @throws VolumeException.NotFound when a snapshot was deleted meanwhile
   */
  public List<ByteRange> next() {
    long to = Math.min(size.value(), at - at % WINDOW + WINDOW);
    List<ByteRange> found = finder.find(at, to);
    at = to;
    return found.stream().filter(range -> range.end() > beyond).toList();
  }
}
