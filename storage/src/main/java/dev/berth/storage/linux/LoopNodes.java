package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import jnr.constants.platform.Errno;

/** /dev/loop-control and the nodes /dev/loopN. */
final class LoopNodes {
  private static final Path CONTROL = Path.of("/dev/loop-control");

  /** include/uapi/linux/loop.h. */
  private static final long LOOP_CTL_REMOVE = 0x4C81;

  private static final long LOOP_CTL_GET_FREE = 0x4C82;

  /** S_IFBLK of inode(7), with mode 0600. */
  private static final int BLOCK_NODE = 0x6000 | 0x180;

  private final Kernel kernel;
  private final SysBlock sys;

  LoopNodes(Kernel kernel, SysBlock sys) {
    this.kernel = kernel;
    this.sys = sys;
  }

  Path path(int number) {
    return Path.of("/dev/loop" + number);
  }

  /**
   * Takes a number with all its settings out of the kernel, which makes it anew when it is needed;
   * one that somebody has begun to use stays.
   */
  void remove(int number) {
    try (Descriptor control = kernel.open(CONTROL, Abi.O_RDWR)) {
      int _ = control.ioctl("LOOP_CTL_REMOVE", LOOP_CTL_REMOVE, number);
    } catch (SystemCallFailed refused) {
      if (!refused.is("EBUSY") && !refused.is("ENODEV") && !refused.is("EINVAL")) {
        throw refused;
      }
    }
  }

  /** A number that nobody uses at this moment. */
  int free() {
    try (Descriptor control = kernel.open(CONTROL, Abi.O_RDWR)) {
      return control.ioctl("LOOP_CTL_GET_FREE", LOOP_CTL_GET_FREE, 0);
    }
  }

  /**
   * Opens a device. devtmpfs has its node before LOOP_CTL_GET_FREE answers; a container's /dev is
   * often an ordinary tmpfs, which lacks the nodes of devices younger than itself.
   */
  Descriptor open(int number, int flags) {
    try {
      return kernel.open(path(number), flags);
    } catch (SystemCallFailed refused) {
      if (!refused.is("ENOENT")) {
        throw refused;
      }
      make(number);
      return kernel.open(path(number), flags);
    }
  }

  private void make(int number) {
    String node = path(number).toString();
    DeviceNumber device =
        sys.device(number).orElseThrow(() -> Kernel.failure("open", node, Errno.ENOENT));
    try {
      kernel.call(
          "mknod",
          node + " b " + device,
          () ->
              kernel
                  .libc()
                  .syscall(Abi.SYS_MKNODAT, Abi.AT_FDCWD, node, BLOCK_NODE, device.encode()));
    } catch (SystemCallFailed refused) {
      if (!refused.is("EEXIST")) {
        throw refused;
      }
    }
  }
}
