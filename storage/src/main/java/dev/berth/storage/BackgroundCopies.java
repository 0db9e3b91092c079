package dev.berth.storage;

import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images that are copied in the background, at most two of a pool at once. How far each has come is
 * forced to disk from time to time, after the data, so that a start goes on from there.
 */
final class BackgroundCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundCopies.class);
  private static final int AT_ONCE = 2;

  /**
   * What to copy.
   *
   * @param name of the snapshot
   * @param volume that it is of, whose image nobody may attach meanwhile
   * @param from what is there already
   */
  record Job(String name, VolumeId volume, Path source, Path target, Bytes size, Bytes from) {}

  /** Who keeps the record of a copy; called by one thread, and not after it was cancelled. */
  interface Keeper {
    /** Everything below {@code done} is on the disk. */
    void reached(Bytes done);

    /** All of it is. */
    void whole();
  }

  private final FileCalls files;
  private final Executor executor;
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final ConcurrentHashMap<String, Copying> running = new ConcurrentHashMap<>();

  BackgroundCopies(FileCalls files, Executor executor) {
    this.files = files;
    this.executor = executor;
  }

  /**
   * Begins or goes on.
   *
   * @param lock on the source, closed at the end
   */
  void begin(Job job, FileLock lock, Keeper keeper) {
    Copying copying = new Copying(job, lock, keeper);
    running.put(job.name(), copying);
    executor.execute(() -> run(copying));
  }

  private void run(Copying copying) {
    try {
      turns.acquire();
      try {
        copying.run(files);
        running.remove(copying.job().name(), copying);
      } finally {
        turns.release();
      }
    } catch (SystemCallFailed e) {
      LOG.warn("snapshot {}: {}", copying.job().name(), e.getMessage());
      copying.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      copying.end();
    }
  }

  /** Waits until it is whole, has failed or was cancelled, or {@code patience} ends. */
  void await(String name, Duration patience) {
    Copying copying = running.get(name);
    if (copying != null) {
      copying.await(patience);
    }
  }

  /** Why it failed; asked once, and the next who asks begins it again. */
  Optional<SystemCallFailed> takeFailure(String name) {
    Copying copying = running.get(name);
    Optional<SystemCallFailed> failure = copying == null ? Optional.empty() : copying.failure();
    failure.ifPresent(_ -> running.remove(name, copying));
    return failure;
  }

  boolean isRunning(String name) {
    return running.containsKey(name);
  }

  /** It stops at its next piece, and its record is not touched any more when this returns. */
  void cancel(String name) {
    Copying copying = running.remove(name);
    if (copying != null) {
      copying.stop();
    }
  }

  /** How far it has come, for people. */
  Optional<String> progress(String name) {
    return Optional.ofNullable(running.get(name)).map(Copying::progress);
  }

  /** Refuses what may change or take away an image that is being copied. */
  void requireNotCopied(VolumeId volume) {
    copies().stream()
        .filter(copying -> copying.job().volume().equals(volume))
        .findFirst()
        .ifPresent(
            copying -> {
              throw new Busy(
                  "volume %s is being copied for snapshot %s, %s are done; try again when it is ready, or delete that snapshot"
                      .formatted(volume, copying.job().name(), copying.progress()));
            });
  }

  private Collection<Copying> copies() {
    return running.values();
  }

  /** Stops them where they are; the next start goes on. */
  @Override
  public void close() {
    copies().forEach(Copying::stop);
    copies().forEach(copying -> copying.await(Duration.ofSeconds(5)));
  }
}
