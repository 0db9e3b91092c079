package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Subvolumes of btrfs and their quotas: btrfs-subvolume(8) and btrfs-quota(8), by the ioctls of
 * include/uapi/linux/btrfs.h. On other filesystems every call but {@link #id} is errno ENOTTY.
 */
public interface Subvolumes {
  /** The number of the subvolume that {@code directory} is the root of; empty for any other. */
  Optional<SubvolumeId> id(Path directory);

  /** Makes an empty one, mode 0755 less the umask: BTRFS_IOC_SUBVOL_CREATE. */
  void create(Path subvolume);

  /**
   * Makes {@code target}, which must not exist, a subvolume of the same filesystem with all that
   * {@code source} holds now, sharing its blocks: BTRFS_IOC_SNAP_CREATE_V2. Subvolumes within
   * {@code source} are empty directories in it. Errno EXDEV across filesystems.
   */
  void snapshot(Path source, Path target);

  /**
   * Removes one with all that it holds, whose room comes back a little later:
   * BTRFS_IOC_SNAP_DESTROY. Errno ENOTEMPTY when it holds other subvolumes.
   */
  void delete(Path subvolume);

  /** Begins to count in the filesystem of {@code any}, unless it does: BTRFS_IOC_QUOTA_CTL. */
  void enableQuotas(Path any);

  /**
   * Refuses what makes {@code subvolume} refer to more than so much, with EDQUOT:
   * BTRFS_IOC_QGROUP_LIMIT. Errno ENOTCONN where quotas are not enabled.
   */
  void limit(Path subvolume, Bytes most);

  /** What counts of a subvolume, by the last commit; empty where quotas are not enabled. */
  Optional<SubvolumeUsage> usage(Path subvolume);

  /**
   * The names of the subvolumes that somebody has made in this one, which no limit of it covers.
   */
  List<String> within(Path subvolume);

  /** The number of a subvolume, unique in its filesystem and never used again. */
  record SubvolumeId(long value) {}

  /**
   * What a subvolume counts.
   *
   * @param referenced whole extents that its files refer to, shared ones too
   * @param limit of that; empty when there is none
   */
  record SubvolumeUsage(Bytes referenced, Optional<Bytes> limit) {}
}
