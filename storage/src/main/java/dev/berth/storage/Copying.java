package dev.berth.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.storage.BackgroundCopies.Job;
import dev.berth.storage.BackgroundCopies.Keeper;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileLock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One image that is being copied in the background. */
final class Copying {
  /** What a kill may undo: little work, and seldom enough to cost nothing. */
  private static final Bytes BETWEEN_RECORDS = Bytes.ofMiB(128);

  private final Job job;
  private final FileLock lock;
  private final Keeper keeper;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Bytes done;
  private volatile Optional<SystemCallFailed> failure = Optional.empty();
  private volatile boolean stopped;

  @GuardedBy("this")
  private Bytes recorded;

  @GuardedBy("this")
  private boolean begun;

  Copying(Job job, FileLock lock, Keeper keeper) {
    this.job = job;
    this.lock = lock;
    this.keeper = keeper;
    this.done = job.from();
    this.recorded = job.from();
  }

  Job job() {
    return job;
  }

  /** Copies until the end or until it is stopped. */
  void run(FileCalls files) {
    if (!begins()) {
      return;
    }
    boolean whole =
        files.copySparse(job.source(), job.target(), job.from(), at -> reached(files, at));
    if (whole) {
      files.syncFile(job.target());
      synchronized (this) {
        if (!stopped) {
          keeper.whole();
        }
      }
    }
  }

  private synchronized boolean begins() {
    begun = !stopped;
    return begun;
  }

  private boolean reached(FileCalls files, Bytes at) {
    done = at;
    if (!stopped && isDue(at)) {
      files.syncFile(job.target());
      synchronized (this) {
        if (!stopped) {
          keeper.reached(at);
          recorded = at;
        }
      }
    }
    return !stopped;
  }

  private synchronized boolean isDue(Bytes at) {
    return !at.minus(recorded).isLessThan(BETWEEN_RECORDS);
  }

  void failed(SystemCallFailed why) {
    failure = Optional.of(why);
  }

  Optional<SystemCallFailed> failure() {
    return failure;
  }

  /** Nothing of its record is touched after this. */
  synchronized void stop() {
    stopped = true;
    if (!begun) {
      end();
    }
  }

  synchronized void end() {
    if (ended.getCount() > 0) {
      lock.close();
      ended.countDown();
    }
  }

  void await(Duration patience) {
    try {
      var _ = ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As in {@code 42 % of 10Gi}. */
  String progress() {
    return "%d %% of %s".formatted((long) (100.0 * done.value() / job.size().value()), job.size());
  }
}
