package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Where the data of a part of a file lies: FS_IOC_FIEMAP of Documentation/filesystems/fiemap.rst,
 * and SEEK_DATA of lseek(2) where the filesystem has no such map.
 */
final class ExtentMap {
  /** {@code struct fiemap} and {@code struct fiemap_extent} of include/uapi/linux/fiemap.h. */
  private static final int HEADER = 32;

  private static final int EXTENT = 56;
  private static final int START = 0;
  private static final int LENGTH = 8;
  private static final int FLAGS = 16;
  private static final int MAPPED = 20;
  private static final int COUNT = 24;
  private static final int LOGICAL = 0;
  private static final int PHYSICAL = 8;
  private static final int EXTENT_LENGTH = 16;
  private static final int EXTENT_FLAGS = 40;
  private static final int SYNC = 0x1;
  private static final int LAST = 0x1;
  private static final int UNWRITTEN = 0x800;

  /** UNKNOWN, DELALLOC, ENCODED, DATA_ENCRYPTED, NOT_ALIGNED, DATA_INLINE, DATA_TAIL. */
  private static final int NO_ADDRESS = 0x2 | 0x4 | 0x8 | 0x80 | 0x100 | 0x200 | 0x400;

  private static final long FS_IOC_FIEMAP = Abi.iowr('f', 11, HEADER);
  private static final int AT_ONCE = 512;
  private static final Set<String> UNSUPPORTED = Set.of("EOPNOTSUPP", "ENOTTY", "EBADR");

  /** include/uapi/linux/fs.h. */
  private static final int SEEK_DATA = 3;

  private static final int SEEK_HOLE = 4;

  private final Kernel kernel;

  ExtentMap(Kernel kernel) {
    this.kernel = kernel;
  }

  List<Extent> extents(Path file, long from, long to) {
    try (Descriptor f = kernel.open(file, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
      long end = Math.min(to, f.stat().size().value());
      try {
        return mapped(f, from, end);
      } catch (SystemCallFailed e) {
        if (UNSUPPORTED.contains(e.errno())) {
          return sought(f, from, end);
        }
        throw e;
      }
    }
  }

  private static List<Extent> mapped(Descriptor file, long from, long end) {
    List<Extent> all = new ArrayList<>();
    byte[] map = new byte[HEADER + AT_ONCE * EXTENT];
    ByteBuffer view = Abi.struct(map);
    long start = from;
    while (start < end) {
      view.putLong(START, start).putLong(LENGTH, end - start);
      view.putInt(FLAGS, SYNC).putInt(COUNT, AT_ONCE);
      file.ioctl("FS_IOC_FIEMAP", FS_IOC_FIEMAP, map);
      int mapped = view.getInt(MAPPED);
      if (mapped == 0) {
        return all;
      }
      for (int i = 0; i < mapped; i++) {
        int at = HEADER + i * EXTENT;
        start = view.getLong(at + LOGICAL) + view.getLong(at + EXTENT_LENGTH);
        int flags = view.getInt(at + EXTENT_FLAGS);
        if ((flags & UNWRITTEN) == 0) {
          add(all, extent(view, at, flags), from, end);
        }
        if ((flags & LAST) != 0) {
          return all;
        }
      }
    }
    return all;
  }

  private static Extent extent(ByteBuffer view, int at, int flags) {
    return new Extent(
        view.getLong(at + LOGICAL),
        view.getLong(at + EXTENT_LENGTH),
        (flags & NO_ADDRESS) == 0
            ? OptionalLong.of(view.getLong(at + PHYSICAL))
            : OptionalLong.empty());
  }

  /** The last extent of a file may reach beyond its end, and the first begin before the part. */
  private static void add(List<Extent> all, Extent extent, long from, long end) {
    if (extent.end() > from && extent.offset() < end) {
      all.add(extent.within(from, end));
    }
  }

  private List<Extent> sought(Descriptor file, long from, long end) {
    List<Extent> all = new ArrayList<>();
    long at = seek(file, from, SEEK_DATA, end);
    while (at < end) {
      long hole = Math.min(end, seek(file, at, SEEK_HOLE, end));
      all.add(new Extent(at, hole - at, OptionalLong.empty()));
      at = seek(file, hole, SEEK_DATA, end);
    }
    return all;
  }

  /** The next data or hole; {@code end} when there is none (ENXIO). */
  private long seek(Descriptor file, long from, int whence, long end) {
    try {
      return kernel.call(
          "lseek", file.path().toString(), () -> kernel.libc().lseek(file.fd(), from, whence));
    } catch (SystemCallFailed e) {
      if (e.is("ENXIO")) {
        return end;
      }
      throw e;
    }
  }
}
