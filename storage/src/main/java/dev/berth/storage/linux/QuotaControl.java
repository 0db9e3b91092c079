package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;

/**
 * quotactl_fd(2), which takes any file of the filesystem and came with Linux 5.14; before,
 * quotactl(2), which wants the block device that it lies on.
 */
final class QuotaControl {
  /** include/uapi/linux/quota.h: QCMD and PRJQUOTA. */
  private static final int SUBCMDSHIFT = 8;

  private static final int PRJQUOTA = 2;

  private final Kernel kernel;
  private final FileCalls files;

  QuotaControl(Kernel kernel, FileCalls files) {
    this.kernel = kernel;
    this.files = files;
  }

  void call(String name, int command, Path any, ProjectId project, byte[] data) {
    try {
      byDescriptor(name, command, any, project, data);
    } catch (SystemCallFailed e) {
      if (!e.is("ENOSYS") || hasQuotactlFd()) {
        throw e;
      }
      byDevice(name, command, any, project, data);
    }
  }

  private void byDescriptor(String name, int command, Path any, ProjectId project, byte[] data) {
    try (Descriptor d = kernel.open(any, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
      kernel.call(
          "quotactl_fd",
          arguments(name, any, project),
          () ->
              kernel
                  .libc()
                  .syscall(Abi.SYS_QUOTACTL_FD, d.fd(), command(command), project.bits(), data));
    }
  }

  /** For kernels before 5.14. */
  void byDevice(String name, int command, Path any, ProjectId project, byte[] data) {
    Path node = BlockNodes.of(files.identity(any).device());
    kernel.call(
        "quotactl",
        arguments(name, any, project),
        () -> kernel.libc().quotactl(command(command), node.toString(), project.bits(), data));
  }

  /**
   * A filesystem without quotas says ENOSYS too; no file at all is EBADF, where the call exists.
   */
  private boolean hasQuotactlFd() {
    try {
      kernel.call(
          "quotactl_fd",
          "-1",
          () -> kernel.libc().syscall(Abi.SYS_QUOTACTL_FD, -1, command(0), 0, new byte[0]));
      return true;
    } catch (SystemCallFailed e) {
      return !e.is("ENOSYS");
    }
  }

  private static int command(int command) {
    return command << SUBCMDSHIFT | PRJQUOTA;
  }

  private static String arguments(String name, Path any, ProjectId project) {
    return name + " " + any + " project " + project;
  }
}
