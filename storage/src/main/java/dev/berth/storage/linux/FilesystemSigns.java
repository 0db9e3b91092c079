package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the filesystem on a loop device is. The kernel has no call that tells whether a filesystem is
 * frozen, and to try would freeze it or wait for ever; so this looks at what a freeze leaves: ext4
 * takes "needs recovery" out of its superblock, and XFS gives up its reserved blocks.
 */
final class FilesystemSigns {
  /** XFS_IOC_GET_RESBLKS of ioctl_xfs_getresblks(2): reserved, and available of that. */
  private static final int RESERVED_BLOCKS = 16;

  private static final long XFS_IOC_GET_RESBLKS = Abi.ior('X', 115, RESERVED_BLOCKS);

  private final Kernel kernel;

  FilesystemSigns(Kernel kernel) {
    this.kernel = kernel;
  }

  FilesystemCondition condition(LoopDevice device, MountEntry mount) {
    if (mount.superOptions().contains("shutdown")) {
      return new FilesystemCondition(errors(device), true, false);
    }
    try (Descriptor root = kernel.open(mount.mountPoint(), Abi.O_RDONLY | Abi.O_DIRECTORY)) {
      return switch (mount.fsType()) {
        case "ext4" -> new FilesystemCondition(errors(device), false, isExt4Frozen(device, mount));
        case "xfs" -> new FilesystemCondition(0, false, isXfsFrozen(root, mount));
        default -> FilesystemCondition.WELL;
      };
    } catch (SystemCallFailed e) {
      if (e.is("EIO")) {
        return new FilesystemCondition(errors(device), true, false);
      }
      throw e;
    }
  }

  /** Documentation/ABI/testing/sysfs-fs-ext4; 0 for what is no ext4. */
  private static long errors(LoopDevice device) {
    Path count = Path.of("/sys/fs/ext4/loop" + device.number() + "/errors_count");
    try {
      return Long.parseLong(Files.readString(count).strip());
    } catch (IOException notThere) {
      return 0;
    }
  }

  private boolean isExt4Frozen(LoopDevice device, MountEntry mount) {
    if (isReadOnly(mount)) {
      return false;
    }
    try (Descriptor node = kernel.open(device.path(), Abi.O_RDONLY | Abi.O_NONBLOCK)) {
      byte[] block = new byte[Ext4Superblock.SIZE];
      kernel.call(
          "read",
          device.path().toString(),
          () -> kernel.libc().pread(node.fd(), block, block.length, Ext4Superblock.OFFSET));
      return Ext4Superblock.isJournalAtRest(block);
    }
  }

  private static boolean isXfsFrozen(Descriptor root, MountEntry mount) {
    if (isReadOnly(mount)) {
      return false;
    }
    byte[] reserved = new byte[RESERVED_BLOCKS];
    root.ioctl("XFS_IOC_GET_RESBLKS", XFS_IOC_GET_RESBLKS, reserved);
    return Abi.struct(reserved).getLong(0) == 0;
  }

  /** Of the filesystem, not of this mount of it. */
  private static boolean isReadOnly(MountEntry mount) {
    return mount.superOptions().contains("ro") || mount.superOptions().contains("emergency_ro");
  }
}
