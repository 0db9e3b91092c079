package dev.berth.storage.linux;

import java.nio.ByteBuffer;

/**
 * Locks on open file descriptions (fcntl_locking(2)): they belong to the open file and not to the
 * process, so they hold between two opens in one process and live as long as anything, a loop
 * device too, has that open file.
 */
final class OpenFileLocks {
  /** include/uapi/asm-generic/fcntl.h. */
  static final short READ = 0;

  static final short WRITE = 1;
  private static final int F_OFD_SETLK = 37;

  /** {@code struct flock}: type, whence, start, length (0 is to the end), pid (must be 0). */
  private static final int FLOCK_SIZE = 32;

  private final Kernel kernel;

  OpenFileLocks(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Locks the whole file; errno EAGAIN when another open file has a lock that forbids it. */
  void take(Descriptor file, short type) {
    byte[] flock = new byte[FLOCK_SIZE];
    ByteBuffer s = Abi.struct(flock);
    s.putShort(0, type);
    kernel.call(
        "fcntl",
        "F_OFD_SETLK " + file.path(),
        () -> kernel.libc().fcntl(file.fd(), F_OFD_SETLK, flock));
  }
}
