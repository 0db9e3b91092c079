package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The kernel's btrfs. */
final class LinuxSubvolumes implements Subvolumes {
  /** BTRFS_IOCTL_MAGIC of include/uapi/linux/btrfs.h. */
  private static final char MAGIC = 0x94;

  /** {@code struct btrfs_ioctl_vol_args} and its second version. */
  private static final int ARGS = 4096;

  private static final int NAME = 8;
  private static final int NAME_2 = 56;
  private static final int LONGEST_NAME = 255;

  private static final long SUBVOL_CREATE = Abi.iow(MAGIC, 14, ARGS);
  private static final long SNAP_DESTROY = Abi.iow(MAGIC, 15, ARGS);
  private static final long SNAP_CREATE_V2 = Abi.iow(MAGIC, 23, ARGS);
  private static final long INO_LOOKUP = Abi.iowr(MAGIC, 18, ARGS);

  /** {@code struct btrfs_ioctl_quota_ctl_args}: the command, and a status. */
  private static final int QUOTA_ARGS = 16;

  private static final long QUOTA_CTL = Abi.iowr(MAGIC, 40, QUOTA_ARGS);
  private static final long QUOTA_ENABLE = 1;

  /** {@code struct btrfs_ioctl_qgroup_limit_args}: the group, flags and four numbers. */
  private static final int LIMIT_ARGS = 48;

  private static final long QGROUP_LIMIT = Abi.ior(MAGIC, 43, LIMIT_ARGS);
  private static final long LIMITS_REFERENCED = 1;

  /** BTRFS_FIRST_FREE_OBJECTID of include/uapi/linux/btrfs_tree.h: every subvolume's root. */
  private static final long ROOT_INODE = 256;

  private final Kernel kernel;
  private final FileCalls files;

  LinuxSubvolumes(Kernel kernel, FileCalls files) {
    this.kernel = kernel;
    this.files = files;
  }

  @Override
  public Optional<SubvolumeId> id(Path directory) {
    boolean maybe =
        files.identity(directory).inode() == ROOT_INODE
            && files.statfs(directory).type() == StatFs.BTRFS;
    if (!maybe) {
      return Optional.empty();
    }
    byte[] args = new byte[ARGS];
    Abi.struct(args).putLong(0, 0).putLong(8, ROOT_INODE);
    ioctl(directory, "BTRFS_IOC_INO_LOOKUP", INO_LOOKUP, args);
    return Optional.of(new SubvolumeId(Abi.struct(args).getLong(0)));
  }

  @Override
  public void create(Path subvolume) {
    ioctl(parent(subvolume), "BTRFS_IOC_SUBVOL_CREATE", SUBVOL_CREATE, named(subvolume, NAME));
  }

  @Override
  public void snapshot(Path source, Path target) {
    try (Descriptor from = open(source)) {
      byte[] args = named(target, NAME_2);
      Abi.struct(args).putLong(0, from.fd());
      ioctl(parent(target), "BTRFS_IOC_SNAP_CREATE_V2", SNAP_CREATE_V2, args);
    }
  }

  @Override
  public void delete(Path subvolume) {
    ioctl(parent(subvolume), "BTRFS_IOC_SNAP_DESTROY", SNAP_DESTROY, named(subvolume, NAME));
  }

  @Override
  public void enableQuotas(Path any) {
    byte[] args = new byte[QUOTA_ARGS];
    Abi.struct(args).putLong(0, QUOTA_ENABLE);
    ioctl(any, "BTRFS_IOC_QUOTA_CTL", QUOTA_CTL, args);
  }

  @Override
  public void limit(Path subvolume, Bytes most) {
    byte[] args = new byte[LIMIT_ARGS];
    Abi.struct(args)
        .putLong(0, require(subvolume).value())
        .putLong(8, LIMITS_REFERENCED)
        .putLong(16, most.value());
    ioctl(subvolume, "BTRFS_IOC_QGROUP_LIMIT", QGROUP_LIMIT, args);
  }

  @Override
  public Optional<SubvolumeUsage> usage(Path subvolume) {
    SubvolumeId id = require(subvolume);
    try (Descriptor d = open(subvolume)) {
      return BtrfsSearch.quota(d, id);
    }
  }

  @Override
  public List<String> within(Path subvolume) {
    SubvolumeId id = require(subvolume);
    List<String> names = new ArrayList<>();
    try (Descriptor d = open(subvolume)) {
      names.addAll(BtrfsSearch.children(d, id));
    }
    return List.copyOf(names);
  }

  private SubvolumeId require(Path subvolume) {
    return id(subvolume)
        .orElseThrow(
            () ->
                new SystemCallFailed(
                    "BTRFS_IOC_INO_LOOKUP",
                    subvolume.toString(),
                    "ENOTTY",
                    "not the root of a btrfs subvolume"));
  }

  private void ioctl(Path directory, String name, long request, byte[] argument) {
    try (Descriptor d = open(directory)) {
      d.ioctl(name, request, argument);
    }
  }

  private Descriptor open(Path directory) {
    return kernel.open(directory, Abi.O_RDONLY | Abi.O_DIRECTORY | Abi.O_NOFOLLOW);
  }

  private static Path parent(Path subvolume) {
    return Objects.requireNonNull(subvolume.getParent());
  }

  private static byte[] named(Path subvolume, int at) {
    byte[] name = String.valueOf(subvolume.getFileName()).getBytes(StandardCharsets.UTF_8);
    if (name.length > LONGEST_NAME) {
      throw new IllegalArgumentException(subvolume + " has a name of more than 255 bytes");
    }
    byte[] args = new byte[ARGS];
    ByteBuffer.wrap(args).put(at, name);
    return args;
  }
}
