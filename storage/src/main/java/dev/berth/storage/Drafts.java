package dev.berth.storage;

import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileLock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where volumes are made before they are volumes: a folder per instance, locked while that instance
 * lives. What a dead one left behind is removed by the next, and its reservation with it.
 */
final class Drafts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drafts.class);
  private static final String LOCK = "lock";

  private final Disk disk;
  private final Path own;
  private final FileLock lock;
  private final Optional<SharedLocks> locks;
  private final Set<Path> images = ConcurrentHashMap.newKeySet();

  private Drafts(Disk disk, Path own, FileLock lock, Optional<SharedLocks> locks) {
    this.disk = disk;
    this.own = own;
    this.lock = lock;
    this.locks = locks;
  }

  /**
   * Sweeps what dead instances left and opens a folder for this one.
   *
   * @param locks of a pool that others have open too: they must not take a folder for a dead one's
   *     before its lock is taken
   */
  static Drafts open(Disk disk, Path drafts, String instance, Optional<SharedLocks> locks) {
    return locks.isPresent()
        ? locks.get().pool(() -> openAlone(disk, drafts, instance, locks))
        : openAlone(disk, drafts, instance, locks);
  }

  private static Drafts openAlone(
      Disk disk, Path drafts, String instance, Optional<SharedLocks> locks) {
    disk.list(drafts).forEach(folder -> sweep(disk, folder));
    Path own = drafts.resolve(instance);
    disk.makeDirectory(own);
    Path lockFile = own.resolve(LOCK);
    disk.makeFile(lockFile);
    FileLock lock =
        disk.files()
            .tryLock(lockFile)
            .orElseThrow(
                () -> new VolumeException.NotNow(lockFile + " is locked by somebody else"));
    return new Drafts(disk, own, lock, locks);
  }

  Draft begin(String name) {
    Path folder = own.resolve(name);
    disk.removeTree(folder);
    disk.makeDirectory(folder);
    Draft draft = new Draft(folder);
    images.add(draft.image());
    return draft;
  }

  /** Removes a folder of the pool: gone at once for everybody, and swept if that is interrupted. */
  void discard(Path folder, String name) {
    Path here = own.resolve(name);
    disk.removeTree(here);
    disk.files().renameNoReplace(folder, here);
    disk.files().syncDirectory(Disk.parent(folder));
    disk.removeTree(here);
  }

  /** The images being made now, each of which may be there already or not yet. */
  Set<Path> images() {
    return Set.copyOf(images);
  }

  /** A disk that has failed must not keep the other pools of this process from being closed. */
  @Override
  public void close() {
    try {
      disk.removeTree(own);
    } catch (VolumeException e) {
      LOG.warn("{}: could not be removed; the next start will: {}", own, e.getMessage());
    } finally {
      lock.close();
    }
  }

  /** The folder of this instance. */
  Path own() {
    return own;
  }

  /** Removes what an instance left that has ended; false when it has not, or left nothing. */
  static boolean sweep(Disk disk, Path folder) {
    if (!disk.isDirectory(folder)) {
      return false;
    }
    Path lockFile = folder.resolve(LOCK);
    if (disk.stat(lockFile).isEmpty()) {
      disk.removeTree(folder);
      return true;
    }
    Optional<FileLock> lock = tryLock(disk, lockFile);
    if (lock.isEmpty()) {
      return false;
    }
    try (FileLock _ = lock.get()) {
      LOG.info("{}: removing the drafts of an instance that has ended", folder);
      disk.removeTree(folder);
      return true;
    }
  }

  /** Its owner may remove it just now. */
  private static Optional<FileLock> tryLock(Disk disk, Path file) {
    try {
      return disk.files().tryLock(file);
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A volume or snapshot being made; closing it undoes what was not committed. */
  final class Draft implements AutoCloseable {
    private final Path folder;
    private Path now;
    private boolean committed;

    private Draft(Path folder) {
      this.folder = folder;
      this.now = folder;
    }

    Path image() {
      return folder.resolve(VolumeFile.IMAGE);
    }

    Path record() {
      return file(VolumeFile.NAME);
    }

    Path file(String name) {
      return folder.resolve(name);
    }

    /**
     * Makes it what it is to be: its files are on the disk already, their names and its own become
     * so.
     */
    void commit(Path target) {
      disk.files().syncDirectory(folder);
      if (locks.isPresent()) {
        locks.get().pool(() -> move(target));
      } else {
        move(target);
      }
      disk.files().syncDirectory(Disk.parent(target));
      committed = true;
    }

    private Path move(Path target) {
      disk.files().renameNoReplace(folder, target);
      now = target;
      return now;
    }

    @Override
    public void close() {
      images.remove(image());
      if (committed) {
        return;
      }
      try {
        disk.removeTree(now);
      } catch (VolumeException e) {
        LOG.warn(
            "{}: an unfinished volume could not be removed; the next start will: {}",
            now,
            e.getMessage());
      }
    }
  }
}
