package dev.berth.storage;

import dev.berth.storage.VolumeException.PoolMissing;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.FileLock;
import java.util.Arrays;
import java.util.Optional;

/** A pool's directory, recognised and locked. */
record OpenedPool(
    PoolSettings settings,
    PoolLayout layout,
    PoolFile file,
    Disk disk,
    FileLock lock,
    FileIdentity identity)
    implements AutoCloseable {
  PoolId id() {
    return file.id();
  }

  /** How large the operator says that it is; empty when it is its whole filesystem. */
  Optional<Bytes> givenSize() {
    return settings.size().or(file::size);
  }

  /** Why its directory does not lead to it any more; empty when it does. */
  Optional<String> whyGone() {
    try {
      boolean same =
          disk.stat(layout.poolFile()).filter(s -> s.identity().equals(identity)).isPresent();
      return same && isSamePool()
          ? Optional.empty()
          : Optional.of(
              "its directory leads elsewhere since the mounts changed; mount its disk there");
    } catch (SystemCallFailed e) {
      return Optional.of(
          "its disk cannot be read ("
              + e.getMessage()
              + "); when it is well again, unmount it and mount it anew");
    }
  }

  /**
   * Another disk in the place of ours may have the same device number, and its files the same inode
   * numbers.
   */
  private boolean isSamePool() {
    try {
      return Arrays.equals(disk.read(layout.poolFile()), file.bytes());
    } catch (SystemCallFailed e) {
      return !e.is("ENOENT"); // A disk with bad blocks is still the disk that it was.
    }
  }

  /** Asked before anything is said to be gone: the disk may just have been unmounted. */
  void requireStillThere() {
    whyGone()
        .ifPresent(
            why -> {
              throw new PoolMissing(missing(why));
            });
  }

  String missing(String why) {
    return "pool "
        + settings.name()
        + " at "
        + settings.directory()
        + ": pool "
        + id()
        + " is missing: "
        + why;
  }

  @Override
  public void close() {
    lock.close();
  }
}
