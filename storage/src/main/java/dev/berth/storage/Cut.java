package dev.berth.storage;

import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.Overloaded;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Copies images as they were at one instant. Where the filesystem shares blocks, a volume in use is
 * written out and cloned, which is one point in time by itself; elsewhere only what is at rest is
 * copied, under the lock that a loop device would take.
 */
final class Cut {
  /** What FICLONE answers between files that cannot share blocks. */
  private static final Set<String> CANNOT_SHARE =
      Set.of("EOPNOTSUPP", "ENOTTY", "ENOSYS", "EXDEV", "EINVAL");

  private static final int COPIES_AT_ONCE = 2;

  private final Semaphore copying = new Semaphore(COPIES_AT_ONCE);
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
   * @throws Busy when it changes just now
   */
  void volume(Volume volume, Path target) {
    writeOut(volume);
    if (!share(volume.image(), target)) {
      copyAtRest(volume, target);
    }
    // A filesystem that has grown since cannot be cut back to what it was.
    if (!files.stat(target).size().equals(volume.size())) {
      throw new Busy("volume " + volume.id() + " is growing; ask again when it has");
    }
  }

  /** Makes {@code target}, which must not exist, of a snapshot, which never changes. */
  void snapshot(Snapshot snapshot, Path target) {
    try {
      if (!share(snapshot.image(), target)) {
        copy(snapshot.image(), target);
      }
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT") && !Files.exists(snapshot.image(), LinkOption.NOFOLLOW_LINKS)) {
        throw new NotFound("snapshot " + snapshot.id() + " does not exist any more", e);
      }
      throw e;
    }
  }

  /** What the page cache has of it goes to the image, and with it every fsync ever answered. */
  void writeOut(Volume volume) {
    if (linux.loops().mayBeAttached(volume.image())) {
      linux.loops().findAll(files.identity(volume.image())).forEach(this::writeOut);
    }
  }

  private void writeOut(LoopDevice device) {
    linux.mounts().mountPointsOf(device.device()).stream()
        .filter(place -> isVisible(place, device))
        .findFirst()
        .ifPresent(files::syncFilesystem);
    files.syncFile(device.path());
  }

  /** Something else may be mounted over it. */
  private boolean isVisible(Path place, LoopDevice device) {
    try {
      return files.identity(place).device().equals(device.device());
    } catch (SystemCallFailed e) {
      return false;
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
      if (e.is("EAGAIN")) {
        throw new Busy(image + " is being attached just now; ask again", e);
      }
      throw e;
    }
  }

  /** A loop device of ours holds the lock that is tried; a stranger's may hold none. */
  private void copyAtRest(Volume volume, Path target) {
    Optional<FileLock> lock = files.tryLock(volume.image());
    if (lock.isEmpty()) {
      throw inUse(volume, "");
    }
    try (FileLock _ = lock.get()) {
      linux.loops().findAll(files.identity(volume.image())).stream()
          .findFirst()
          .ifPresent(
              device -> {
                throw inUse(volume, " at " + device.path());
              });
      copy(volume.image(), target);
    }
  }

  /** Each keeps a thread and the disk busy for as long as it takes. */
  private void copy(Path image, Path target) {
    if (!copying.tryAcquire()) {
      throw new Overloaded(
          COPIES_AT_ONCE + " copies are being made in this pool already; ask again later");
    }
    try {
      files.copySparse(image, target);
    } finally {
      copying.release();
    }
  }

  private static NotNow inUse(Volume volume, String where) {
    return new NotNow(
        "volume %s is in use%s, and a copy cannot share its blocks (that takes xfs or btrfs, and one pool for both), so it would be of a moving image; stop its pods (unstage it) first"
            .formatted(volume.id(), where));
  }
}
