package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;

/**
 * A write lease (F_SETLEASE of fcntl(2)): the kernel gives one only on a file that nobody else has
 * open, a loop device included, and while it is held, whoever opens the file waits. So it answers
 * in one call whether a file is attached anywhere, without a look at every loop device.
 *
 * <p>It is held for microseconds. Should the process be killed just then and a loop device keep the
 * open file, the next to open it waits until the kernel takes the lease away by itself
 * (/proc/sys/fs/lease-break-time, 45 seconds).
 */
final class Lease implements AutoCloseable {
  /** include/uapi/linux/fcntl.h and include/uapi/asm-generic/fcntl.h. */
  private static final int F_SETSIG = 10;

  private static final int F_SETLEASE = 1024;
  private static final long F_WRLCK = 1;
  private static final long F_UNLCK = 2;

  /** Sent to us when somebody waits; ignored by default, unlike SIGIO, which would end us. */
  private static final long SIGURG = 23;

  private final Kernel kernel;
  private final Descriptor file;

  private Lease(Kernel kernel, Descriptor file) {
    this.kernel = kernel;
    this.file = file;
  }

  /**
   * Errno EAGAIN when anybody else has the file open. Filesystems without leases (NFS, for one)
   * refuse with another errno.
   */
  static Lease take(Kernel kernel, Descriptor file) {
    Lease lease = new Lease(kernel, file);
    lease.fcntl("F_SETSIG", F_SETSIG, SIGURG);
    lease.fcntl("F_SETLEASE", F_SETLEASE, F_WRLCK);
    return lease;
  }

  /** Whether nobody else has the file open; false also when the filesystem cannot tell. */
  static boolean isSoleOpener(Kernel kernel, Descriptor file) {
    try (Lease _ = take(kernel, file)) {
      return true;
    } catch (SystemCallFailed refused) {
      return false;
    }
  }

  private void fcntl(String name, int command, long argument) {
    kernel.call(
        "fcntl", name + " " + file.path(), () -> kernel.libc().fcntl(file.fd(), command, argument));
  }

  @Override
  public void close() {
    fcntl("F_SETLEASE", F_SETLEASE, F_UNLCK);
  }
}
