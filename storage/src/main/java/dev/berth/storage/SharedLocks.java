package dev.berth.storage;

import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The locks of a pool that several processes have open. Each is on an open file, so it is held
 * between threads and between processes and ends with its process; on a network filesystem it holds
 * between nodes as well.
 */
final class SharedLocks {
  /** The file in a volume's folder that who changes the volume has locked. */
  static final String VOLUME = "lock";

  private static final Duration STEP = Duration.ofMillis(2);

  private final Disk disk;
  private final PoolLayout layout;
  private final Duration patience;
  private final ReentrantLock here = new ReentrantLock();
  private final ConcurrentHashMap<String, Thread> holders = new ConcurrentHashMap<>();

  SharedLocks(Disk disk, PoolLayout layout, Duration patience) {
    this.disk = disk;
    this.layout = layout;
    this.patience = patience;
  }

  /**
   * Runs {@code work} while nobody else has the pool's lock, which is held for short only.
   *
   * @throws Busy when it cannot be had within the patience
   */
  <R> R pool(Supplier<R> work) {
    if (here.isHeldByCurrentThread()) {
      return work.get();
    }
    here.lock();
    try (FileLock _ = await(layout.poolFile())) {
      return work.get();
    } finally {
      here.unlock();
    }
  }

  private FileLock await(Path file) {
    long end = System.nanoTime() + patience.toNanos();
    Optional<FileLock> lock = disk.files().tryLock(file);
    while (lock.isEmpty() && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(STEP.toNanos());
      lock = disk.files().tryLock(file);
    }
    return lock.orElseThrow(
        () ->
            new Busy(
                file
                    + " has been locked by another process for "
                    + patience.toMillis()
                    + " ms; try again"));
  }

  /**
   * Runs {@code work} while nobody else works on that volume. When there is none, the pool is
   * locked instead, so that none can come meanwhile: {@link Drafts} commit under that lock.
   *
   * @throws Busy when somebody does
   */
  <R> R volume(String name, Supplier<R> work) {
    if (Thread.currentThread().equals(holders.get(name))) {
      return work.get();
    }
    Path folder = layout.volume(name);
    if (!disk.isDirectory(folder)) { // Commits of new volumes wait for the pool's lock.
      return pool(() -> disk.isDirectory(folder) ? locked(name, work) : work.get());
    }
    return locked(name, work);
  }

  private <R> R locked(String name, Supplier<R> work) {
    Path file = layout.volume(name).resolve(VOLUME);
    try (FileLock _ = lockIn(name, file)) {
      holders.put(name, Thread.currentThread());
      return work.get();
    } finally {
      holders.remove(name, Thread.currentThread());
    }
  }

  private FileLock lockIn(String name, Path file) {
    try {
      if (disk.stat(file).isEmpty()) {
        make(file); // It was brought here by hand.
      }
      FileIdentity before = disk.files().identity(file);
      FileLock lock = disk.files().tryLock(file).orElseThrow(() -> busy(name));
      if (disk.stat(file).filter(now -> now.identity().equals(before)).isEmpty()) {
        lock.close();
        throw busy(name); // It has just gone to the trash, and its lock with it.
      }
      return lock;
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT")) {
        throw new Busy("volume named " + name + " has just gone; ask again", e);
      }
      throw e;
    }
  }

  /**
   * Runs {@code work} while nobody else makes or deletes groups of snapshots.
   *
   * @throws Busy when somebody does
   */
  <R> R groups(Supplier<R> work) {
    Path file = layout.groupLock();
    if (disk.stat(file).isEmpty()) {
      make(file);
    }
    FileLock lock =
        disk.files()
            .tryLock(file)
            .orElseThrow(
                () ->
                    new Busy(
                        "another group of snapshots is being made or deleted in the pool; try again"));
    try (lock) {
      return work.get();
    }
  }

  private void make(Path file) {
    try {
      disk.makeFile(file);
    } catch (SystemCallFailed e) {
      if (!e.is("EEXIST")) {
        throw e;
      }
    }
  }

  private static Busy busy(String name) {
    return new Busy(
        "volume named " + name + " is being changed by another process of the pool; try again");
  }
}
