package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jnr.constants.platform.Errno;

/** Where a file's data lies: FS_IOC_FIEMAP of Documentation/filesystems/fiemap.rst. */
final class Extents {
  /** {@code struct fiemap} and {@code struct fiemap_extent} of include/uapi/linux/fiemap.h. */
  private static final int HEADER = 32;

  private static final int EXTENT = 56;
  private static final int START = 0;
  private static final int LENGTH = 8;
  private static final int MAPPED = 20;
  private static final int COUNT = 24;
  private static final int REQUEST = 16;
  private static final int LOGICAL = 0;
  private static final int PHYSICAL = 8;
  private static final int EXTENT_LENGTH = 16;
  private static final int FLAGS = 40;
  private static final int LAST = 0x1;
  private static final int SHARED = 0x2000;
  private static final int UNWRITTEN = 0x800;

  /**
   * FIEMAP_EXTENT_UNKNOWN, _DELALLOC, _ENCODED, _DATA_INLINE and _DATA_TAIL: no place to compare.
   */
  private static final int UNKNOWN = 0x2 | 0x4 | 0x8 | 0x200 | 0x400;

  private static final int SYNC = 0x1;
  private static final long FS_IOC_FIEMAP = Abi.iowr('f', 11, HEADER);
  private static final int AT_ONCE = 512;
  private static final Set<String> UNSUPPORTED = Set.of("EOPNOTSUPP", "ENOTTY", "EBADR");

  private final Kernel kernel;

  Extents(Kernel kernel) {
    this.kernel = kernel;
  }

  Bytes unshared(Path file) {
    try (Descriptor f = kernel.open(file, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
      try {
        return Bytes.of(unshared(f));
      } catch (SystemCallFailed e) {
        if (UNSUPPORTED.contains(e.errno())) {
          return f.stat().allocated();
        }
        throw e;
      }
    }
  }

  /** The extents that hold data, in order, without those that read as zeros. */
  List<Reclone.Extent> written(Descriptor file) {
    byte[] map = new byte[HEADER + AT_ONCE * EXTENT];
    ByteBuffer view = Abi.struct(map);
    List<Reclone.Extent> all = new ArrayList<>();
    long start = 0;
    int mapped = AT_ONCE;
    boolean last = false;
    while (mapped > 0 && !last) {
      view.putLong(START, start).putLong(LENGTH, Long.MAX_VALUE - start);
      view.putInt(REQUEST, SYNC).putInt(COUNT, AT_ONCE);
      file.ioctl("FS_IOC_FIEMAP", FS_IOC_FIEMAP, map);
      mapped = view.getInt(MAPPED);
      for (int i = 0; i < mapped; i++) {
        int at = HEADER + i * EXTENT;
        int flags = view.getInt(at + FLAGS);
        long logical = view.getLong(at + LOGICAL);
        long length = view.getLong(at + EXTENT_LENGTH);
        if ((flags & UNKNOWN) != 0) {
          throw Kernel.failure("ioctl FS_IOC_FIEMAP", file.path().toString(), Errno.EBUSY);
        }
        if ((flags & UNWRITTEN) == 0) {
          all.add(new Reclone.Extent(logical, view.getLong(at + PHYSICAL), length));
        }
        start = logical + length;
        last = (flags & LAST) != 0;
      }
    }
    return all;
  }

  private static long unshared(Descriptor file) {
    byte[] map = new byte[HEADER + AT_ONCE * EXTENT];
    ByteBuffer view = Abi.struct(map);
    long sum = 0;
    long start = 0;
    while (true) {
      view.putLong(START, start).putLong(LENGTH, Long.MAX_VALUE - start);
      view.putInt(COUNT, AT_ONCE);
      file.ioctl("FS_IOC_FIEMAP", FS_IOC_FIEMAP, map);
      int mapped = view.getInt(MAPPED);
      for (int i = 0; i < mapped; i++) {
        int at = HEADER + i * EXTENT;
        int flags = view.getInt(at + FLAGS);
        long length = view.getLong(at + EXTENT_LENGTH);
        sum += (flags & SHARED) == 0 ? length : 0;
        start = view.getLong(at + LOGICAL) + length;
        if ((flags & LAST) != 0) {
          return sum;
        }
      }
      if (mapped == 0) {
        return sum;
      }
    }
  }
}
