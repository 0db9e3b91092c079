package dev.berth.storage;

import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies images as they were at one instant. Where the filesystem shares blocks, a volume in use is
 * written out and cloned, which is one point in time by itself; elsewhere only what is at rest is
 * copied, under the lock that a loop device would take.
 */
final class Cut {
  /** What FICLONE answers between files that cannot share blocks. */
  private static final Set<String> CANNOT_SHARE =
      Set.of("EOPNOTSUPP", "ENOTTY", "ENOSYS", "EXDEV", "EINVAL");

  private final Linux linux;
  private final FileCalls files;

  Cut(Linux linux) {
    this.linux = linux;
    this.files = linux.files();
  }

  /**
   * Makes {@code target}, which must not exist, as {@code volume} is now.
   *
   * @throws NotNow when it is in use and its blocks cannot be shared
   */
  void volume(Volume volume, Path target) {
    if (linux.loops().mayBeAttached(volume.image())) {
      linux.loops().findAll(files.identity(volume.image())).forEach(this::writeOut);
    }
    if (!share(volume.image(), target)) {
      copyAtRest(volume, target);
    }
  }

  /** Makes {@code target}, which must not exist, of an image that never changes. */
  void unchanging(Path image, Path target) {
    if (!share(image, target)) {
      files.copySparse(image, target);
    }
  }

  /** What the page cache has of it goes to the image, and with it every fsync ever answered. */
  private void writeOut(LoopDevice device) {
    List<Path> mounted = linux.mounts().mountPointsOf(device.device());
    if (mounted.isEmpty()) {
      files.syncFile(device.path());
    } else {
      files.syncFilesystem(mounted.getFirst());
    }
  }

  private boolean share(Path image, Path target) {
    try {
      files.reflink(image, target);
      return true;
    } catch (SystemCallFailed e) {
      if (CANNOT_SHARE.contains(e.errno())) {
        return false;
      }
      throw e;
    }
  }

  private void copyAtRest(Volume volume, Path target) {
    Optional<FileLock> lock = files.tryLock(volume.image());
    if (lock.isEmpty()) {
      throw new NotNow(
          "volume %s is in use, and a copy cannot share its blocks (that takes xfs or btrfs, and one pool for both), so it would be of a moving image; stop its pods (unstage it) first"
              .formatted(volume.id()));
    }
    try (FileLock _ = lock.get()) {
      files.copySparse(volume.image(), target);
    }
  }
}
