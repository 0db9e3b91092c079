package dev.berth.storage.linux.recorded;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Subvolumes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jnr.constants.platform.Errno;

/** A filesystem that is no btrfs. */
final class NoSubvolumes implements Subvolumes {
  @Override
  public Optional<SubvolumeId> id(Path directory) {
    return Optional.empty();
  }

  @Override
  public void create(Path subvolume) {
    throw refusal("BTRFS_IOC_SUBVOL_CREATE", subvolume);
  }

  @Override
  public void snapshot(Path source, Path target) {
    throw refusal("BTRFS_IOC_SNAP_CREATE_V2", target);
  }

  @Override
  public void delete(Path subvolume) {
    throw refusal("BTRFS_IOC_SNAP_DESTROY", subvolume);
  }

  @Override
  public void enableQuotas(Path any) {
    throw refusal("BTRFS_IOC_QUOTA_CTL", any);
  }

  @Override
  public void limit(Path subvolume, Bytes most) {
    throw refusal("BTRFS_IOC_QGROUP_LIMIT", subvolume);
  }

  @Override
  public Optional<SubvolumeUsage> usage(Path subvolume) {
    throw refusal("BTRFS_IOC_TREE_SEARCH", subvolume);
  }

  @Override
  public List<String> within(Path subvolume) {
    throw refusal("BTRFS_IOC_TREE_SEARCH", subvolume);
  }

  private static SystemCallFailed refusal(String call, Path argument) {
    return Refusal.of(call, argument.toString(), Errno.ENOTTY);
  }
}
