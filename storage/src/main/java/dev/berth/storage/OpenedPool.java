package dev.berth.storage;

import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.FileLock;
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
    return disk.stat(layout.poolFile()).filter(s -> s.identity().equals(identity)).isPresent();
  }

  @Override
  public void close() {
    lock.close();
  }
}
