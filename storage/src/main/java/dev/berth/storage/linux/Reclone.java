package dev.berth.storage.linux;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a clone up to its source again at the cost of what has changed, where FICLONE would pay
 * for every extent once more. A block that both have at one place is shared, so whoever writes
 * there gets another block, and the map of extents shows it; whatever the maps have in common is
 * alike.
 */
final class Reclone {
  /** {@code struct file_clone_range} of include/uapi/linux/fs.h. */
  private static final int RANGE = 32;

  private static final long FICLONERANGE = Abi.iow((char) 0x94, 13, RANGE);

  private final Kernel kernel;
  private final Extents extents;

  Reclone(Kernel kernel, Extents extents) {
    this.kernel = kernel;
    this.extents = extents;
  }

  void reclone(Path source, Path target) {
    try (Descriptor from = kernel.open(source, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK);
        Descriptor to = kernel.open(target, Abi.O_RDWR | Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
      for (Range range : differences(extents.written(from), extents.written(to))) {
        byte[] argument = new byte[RANGE];
        ByteBuffer view = Abi.struct(argument);
        view.putLong(0, from.fd()).putLong(8, range.start()).putLong(16, range.length());
        view.putLong(24, range.start());
        to.ioctl("FICLONERANGE", FICLONERANGE, argument);
      }
    }
  }

  /** Bytes of a file that lie together, and where. */
  record Extent(long logical, long physical, long length) {
    long end() {
      return logical + length;
    }

    /** Where its data at {@code offset}, which is inside, lies. */
    long at(long offset) {
      return physical + offset - logical;
    }
  }

  /** Part of a file. */
  record Range(long start, long length) {}

  /** Where two files, by their extents in order, do not have the same blocks. */
  static List<Range> differences(List<Extent> one, List<Extent> other) {
    List<Range> found = new ArrayList<>();
    int i = 0;
    int j = 0;
    long at = 0;
    while (i < one.size() || j < other.size()) {
      long nextOne = i < one.size() ? edge(one.get(i), at) : Long.MAX_VALUE;
      long nextOther = j < other.size() ? edge(other.get(j), at) : Long.MAX_VALUE;
      long end = Math.min(nextOne, nextOther);
      boolean inOne = i < one.size() && one.get(i).logical() <= at;
      boolean inOther = j < other.size() && other.get(j).logical() <= at;
      boolean alike =
          (inOne && inOther) ? one.get(i).at(at) == other.get(j).at(at) : inOne == inOther;
      if (!alike) {
        add(found, at, end);
      }
      at = end;
      i += i < one.size() && one.get(i).end() <= at ? 1 : 0;
      j += j < other.size() && other.get(j).end() <= at ? 1 : 0;
    }
    return found;
  }

  /** The next offset at which something begins or ends. */
  private static long edge(Extent extent, long at) {
    return extent.logical() > at ? extent.logical() : extent.end();
  }

  private static void add(List<Range> found, long start, long end) {
    if (!found.isEmpty()) {
      Range last = found.getLast();
      if (last.start() + last.length() == start) {
        found.set(found.size() - 1, new Range(last.start(), end - last.start()));
        return;
      }
    }
    found.add(new Range(start, end - start));
  }
}
