package dev.berth.csi.server.work;

import dev.berth.csi.server.call.CallContext;
import dev.berth.storage.VolumeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Questions to the kernel that change nothing, on a bounded number of platform threads: a disk that
 * hangs would otherwise take the carrier of a virtual thread with each question, and soon no call
 * would be answered. Questions never refuse each other; one about a thing that hangs takes no more
 * than its share of the threads.
 */
public final class Reads implements AutoCloseable {
  /** Those who ask about one thing, and how many more may do so together. */
  private record Share(Semaphore permits, int askers) {}

  private final Semaphore threads;
  private final int share;
  private final Duration patience;
  private final ConcurrentHashMap<String, Share> shares = new ConcurrentHashMap<>();
  private final ExecutorService pool =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("volume-read-", 0).daemon().factory());

  /**
   * @param threads how many questions may be in the kernel together
   * @param share how many of them about one thing
   * @param patience how long a caller waits that set no deadline
   */
  Reads(int threads, int share, Duration patience) {
    this.threads = new Semaphore(threads);
    this.share = share;
    this.patience = patience;
  }

  /**
   * Answers {@code question} on a platform thread.
   *
   * @param about what is asked about, for messages too, such as {@code volume x}
   * @throws VolumeException.StillRunning when the caller's patience ends first
   */
  public <R> R ask(String about, Supplier<R> question) {
    long end =
        System.nanoTime()
            + CallContext.current().flatMap(CallContext::patience).orElse(patience).toNanos();
    Share mine = join(about);
    try {
      acquire(mine.permits(), end, about);
      try {
        acquire(threads, end, about);
      } catch (VolumeException late) {
        mine.permits().release();
        throw late;
      }
      return await(submit(mine.permits(), question), end, about);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unanswered(about);
    } finally {
      leave(about);
    }
  }

  private <R> Future<R> submit(Semaphore permits, Supplier<R> question) {
    Optional<CallContext> call = CallContext.current();
    try {
      return pool.submit(
          () -> {
            try {
              return call.isPresent() ? call.get().during(question) : question.get();
            } finally {
              threads.release();
              permits.release();
            }
          });
    } catch (RejectedExecutionException ending) {
      threads.release();
      permits.release();
      throw new VolumeException.Overloaded("the driver is ending; ask again when it is back");
    }
  }

  private static <R> R await(Future<R> answer, long end, String about) throws InterruptedException {
    try {
      return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw unanswered(about);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException thrown -> throw thrown;
        case Error thrown -> throw thrown;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private static void acquire(Semaphore permits, long end, String about)
      throws InterruptedException {
    if (!permits.tryAcquire(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
      throw unanswered(about);
    }
  }

  /**
   * A share is kept while somebody asks or a question hangs, so that the ids of requests do not
   * pile up.
   */
  private Share join(String about) {
    return shares.compute(
        about,
        (_, now) ->
            now == null
                ? new Share(new Semaphore(share), 1)
                : new Share(now.permits(), now.askers() + 1));
  }

  private void leave(String about) {
    shares.computeIfPresent(
        about,
        (_, now) ->
            now.askers() == 1 && now.permits().availablePermits() == share
                ? null
                : new Share(now.permits(), now.askers() - 1));
  }

  private static VolumeException unanswered(String about) {
    return new VolumeException.StillRunning(
        "the kernel has not answered about %s in time; its disk may hang (dmesg says more), ask again"
            .formatted(about));
  }

  /** Questions that hang are left behind. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
