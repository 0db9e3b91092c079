package dev.berth.storage.linux;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A bind that has its flags before anybody sees it: open_tree(2) makes a copy of the mount that is
 * nowhere, mount_setattr(2) restricts that, move_mount(2) puts it in place. With mount(2) it is
 * writable first, stays so when the process is killed before the second call, and stays so for ever
 * at the peers of a shared mount (the host of a container), which a remount does not reach.
 */
final class DetachedBind {
  /** include/uapi/linux/mount.h and fcntl.h. */
  private static final int OPEN_TREE_CLONE = 1;

  private static final int AT_RECURSIVE = 0x8000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

  /** MOUNT_ATTR__ATIME: these bits are one choice, which is cleared before it is made anew. */
  private static final long ATIME = 0x70;

  /** MOUNT_ATTR_*; the other flags of mount(2) belong to the filesystem. */
  private static final Map<MountFlag, Long> ATTRIBUTES =
      Map.of(
          MountFlag.READ_ONLY, 0x1L,
          MountFlag.NO_SUID, 0x2L,
          MountFlag.NO_DEV, 0x4L,
          MountFlag.NO_EXEC, 0x8L,
          MountFlag.RELATIME, 0L,
          MountFlag.NO_ATIME, 0x10L,
          MountFlag.STRICT_ATIME, 0x20L,
          MountFlag.NO_DIRATIME, 0x80L,
          MountFlag.NO_SYMFOLLOW, 0x200000L);

  private static final Set<MountFlag> OF_ATIME =
      Set.of(MountFlag.RELATIME, MountFlag.NO_ATIME, MountFlag.STRICT_ATIME);

  /** {@code struct mount_attr}: set, clear, propagation, user namespace; eight bytes each. */
  private static final int SIZE = 32;

  private final Kernel kernel;

  DetachedBind(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Errno ENOSYS before Linux 5.12.
   *
   * @param arguments for messages
   */
  void bind(Path source, Path target, Set<MountFlag> flags, String arguments) {
    int how =
        OPEN_TREE_CLONE | Abi.O_CLOEXEC | (flags.contains(MountFlag.RECURSIVE) ? AT_RECURSIVE : 0);
    LibC c = kernel.libc();
    String from = source.toString();
    long fd =
        kernel.call(
            "mount", arguments, () -> c.syscall(Abi.SYS_OPEN_TREE, Abi.AT_FDCWD, from, how));
    try (Descriptor tree = new Descriptor(kernel, (int) fd, source)) {
      byte[] attributes = attributes(flags);
      kernel.call(
          "mount",
          arguments,
          () ->
              c.syscall(Abi.SYS_MOUNT_SETATTR, tree.fd(), "", Abi.AT_EMPTY_PATH, attributes, SIZE));
      kernel.call(
          "mount",
          arguments,
          () ->
              c.syscall(
                  Abi.SYS_MOVE_MOUNT,
                  tree.fd(),
                  "",
                  Abi.AT_FDCWD,
                  target.toString(),
                  MOVE_MOUNT_F_EMPTY_PATH));
    }
  }

  private static byte[] attributes(Set<MountFlag> flags) {
    byte[] attributes = new byte[SIZE];
    ByteBuffer s = Abi.struct(attributes);
    s.putLong(0, flags.stream().mapToLong(f -> ATTRIBUTES.getOrDefault(f, 0L)).sum());
    s.putLong(8, flags.stream().anyMatch(OF_ATIME::contains) ? ATIME : 0);
    return attributes;
  }
}
