package dev.berth.storage;

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

  boolean isStillThere() {
    return disk.stat(layout.poolFile()).filter(s -> s.identity().equals(identity)).isPresent()
        && isSamePool();
  }

  /**
   * Another disk in the place of ours may have the same device number, and its files the same inode
   * numbers.
   */
  private boolean isSamePool() {
    try {
      return Arrays.equals(disk.read(layout.poolFile()), file.bytes());
    } catch (VolumeException.SystemCallFailed e) {
      return !e.is("ENOENT"); // A disk with bad blocks is still the disk that it was.
    }
  }

  /** Asked before anything is said to be gone: the disk may just have been unmounted. */
  void requireStillThere() {
    if (!isStillThere()) {
      throw new VolumeException.PoolMissing(
          "pool "
              + settings.name()
              + " at "
              + settings.directory()
              + ": pool "
              + id()
              + " is missing: its directory leads elsewhere since the mounts changed; mount its"
              + " disk there");
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
