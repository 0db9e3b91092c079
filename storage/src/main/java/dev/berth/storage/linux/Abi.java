package dev.berth.storage.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Numbers of the kernel's interface that have no better home. Ioctl numbers are built as in
 * include/uapi/asm-generic/ioctl.h; every structure that we use has the same layout on x86-64 and
 * aarch64, the only two that this program runs on, and both are little-endian. What differs between
 * the two is read from the name of the architecture.
 */
final class Abi {
  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

  /** include/uapi/asm-generic/fcntl.h. */
  static final int O_RDONLY = 0;

  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int O_PATH = 0x200000;

  /** arch/arm64/include/uapi/asm/fcntl.h has its own numbers for these two. */
  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;

  static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

  /** include/uapi/linux/fcntl.h. */
  static final int AT_FDCWD = -100;

  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_NO_AUTOMOUNT = 0x800;
  static final int AT_EMPTY_PATH = 0x1000;
  static final int AT_STATX_DONT_SYNC = 0x4000;

  /** arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. */
  static final long SYS_OPENAT2 = 437;

  static final long SYS_OPEN_TREE = 428;
  static final long SYS_MOVE_MOUNT = 429;
  static final long SYS_MOUNT_SETATTR = 442;

  static final long SYS_STATMOUNT = 457;
  static final long SYS_LISTMOUNT = 458;
  static final long SYS_QUOTACTL_FD = 443;

  static final long SYS_MKNODAT = ARM ? 33 : 259;

  private Abi() {}

  /** _IOW(type, number, size). */
  static long iow(char type, int number, int size) {
    return ioc(1, type, number, size);
  }

  /** _IOR(type, number, size). */
  static long ior(char type, int number, int size) {
    return ioc(2, type, number, size);
  }

  /** _IOWR(type, number, size). */
  static long iowr(char type, int number, int size) {
    return ioc(3, type, number, size);
  }

  private static long ioc(long direction, char type, int number, int size) {
    return direction << 30 | (long) size << 16 | (long) type << 8 | number;
  }

  /** A view of a structure's bytes. */
  static ByteBuffer struct(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
