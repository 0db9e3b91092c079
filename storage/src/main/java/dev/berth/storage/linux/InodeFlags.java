package dev.berth.storage.linux;

/** Flags of an inode, by ioctl_iflags(2). */
final class InodeFlags {
  /** FS_NOCOW_FL of include/uapi/linux/fs.h. */
  static final int NO_COPY_ON_WRITE = 0x800000;

  /** The numbers say that the argument is a long, but the kernel reads and writes an int. */
  private static final long FS_IOC_GETFLAGS = Abi.ior('f', 1, Long.BYTES);

  private static final long FS_IOC_SETFLAGS = Abi.iow('f', 2, Long.BYTES);

  private InodeFlags() {}

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
