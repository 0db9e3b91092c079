package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Looking a name up without ever leaving a directory: openat2(2). */
final class BeneathRoot {
  /** include/uapi/linux/openat2.h. */
  private static final long RESOLVE_NO_MAGICLINKS = 2;

  private static final long RESOLVE_NO_SYMLINKS = 4;
  private static final long RESOLVE_BENEATH = 8;

  /** {@code struct open_how}: flags, mode, resolve; eight bytes each. */
  private static final int HOW_SIZE = 24;

  /** EAGAIN: something was renamed during the walk, so that the kernel cannot be sure. */
  private static final int TRIES = 100;

  private final Kernel kernel;

  BeneathRoot(Kernel kernel) {
    this.kernel = kernel;
  }

  Path resolve(Path root, Path relative) {
    try (Descriptor dir = kernel.open(root, Abi.O_PATH | Abi.O_DIRECTORY)) {
      for (int left = TRIES; ; left--) {
        try {
          open(dir, relative);
          return root.resolve(relative).toAbsolutePath().normalize();
        } catch (SystemCallFailed refused) {
          if (!refused.is("EAGAIN") || left == 0) {
            throw refused;
          }
        }
      }
    }
  }

  private void open(Descriptor root, Path relative) {
    byte[] how = new byte[HOW_SIZE];
    ByteBuffer s = Abi.struct(how);
    s.putLong(0, Abi.O_PATH | Abi.O_CLOEXEC);
    s.putLong(16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
    String name = relative.toString();
    long fd =
        kernel.call(
            "openat2",
            name + " beneath " + root.path(),
            () -> kernel.libc().syscall(Abi.SYS_OPENAT2, root.fd(), name, how, HOW_SIZE));
    new Descriptor(kernel, (int) fd, relative).close();
  }
}
