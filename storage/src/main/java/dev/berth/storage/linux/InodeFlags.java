package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.util.Set;

/** Flags of an inode, by ioctl_iflags(2). */
final class InodeFlags {
  /** FS_NOCOW_FL of include/uapi/linux/fs.h. */
  static final int NO_COPY_ON_WRITE = 0x800000;

  /** The numbers say that the argument is a long, but the kernel reads and writes an int. */
  private static final long FS_IOC_GETFLAGS = Abi.ior('f', 1, Long.BYTES);

  private static final long FS_IOC_SETFLAGS = Abi.iow('f', 2, Long.BYTES);

  /** What kernels answer where there are no such flags. */
  private static final Set<String> UNSUPPORTED =
      Set.of("EOPNOTSUPP", "ENOTSUP", "ENOTTY", "EINVAL", "ENOSYS");

  private InodeFlags() {}

  /**
   * Gives {@code to}, an empty file, the flag that {@code from} has: btrfs shares blocks only
   * between files that are alike in it, else EINVAL. Does nothing where there is no such flag.
   */
  static void alignCopyOnWrite(Descriptor from, Descriptor to) {
    try {
      if (has(from, NO_COPY_ON_WRITE) && !has(to, NO_COPY_ON_WRITE)) {
        set(to, NO_COPY_ON_WRITE);
      }
    } catch (SystemCallFailed refused) {
      if (!UNSUPPORTED.contains(refused.errno())) {
        throw refused;
      }
    }
  }

  static boolean has(Descriptor file, int flag) {
    return (read(file) & flag) != 0;
  }

  static void set(Descriptor file, int flag) {
    byte[] argument = new byte[Long.BYTES];
    Abi.struct(argument).putInt(0, read(file) | flag);
    file.ioctl("FS_IOC_SETFLAGS", FS_IOC_SETFLAGS, argument);
  }

  private static int read(Descriptor file) {
    byte[] argument = new byte[Long.BYTES];
    file.ioctl("FS_IOC_GETFLAGS", FS_IOC_GETFLAGS, argument);
    return Abi.struct(argument).getInt(0);
  }
}
