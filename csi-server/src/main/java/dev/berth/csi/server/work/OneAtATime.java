package dev.berth.csi.server.work;

import dev.berth.csi.server.call.CallContext;
import dev.berth.storage.VolumeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One operation per key at a time, on a bounded pool of platform threads.
 *
 * <p>A second caller is refused at once. The claim belongs to the work, not to the caller: when the
 * caller's patience ends, it is told so, and the key stays taken until the work is done, because a
 * caller that gave up must not free a volume whose mount still runs.
 *
 * <p>Questions that change nothing go to {@link #reads()}: they never wait for any operation.
 */
public final class OneAtATime<K> implements AutoCloseable {
  private final Set<K> running = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor pool;
  private final Duration patience;
  private final Reads reads;

  /**
   * @param threads how many operations may be in the kernel together
   * @param queue how many more may wait for one of these threads
   * @param patience how long a caller waits that set no deadline
   */
  public OneAtATime(int threads, int queue, Duration patience) {
    this.patience = patience;
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            Thread.ofPlatform().name("volume-work-", 0).daemon().factory());
    pool.allowCoreThreadTimeOut(true);
    this.reads = new Reads(2 * threads, Math.max(1, threads / 2), patience);
  }

  /** {@link #run(Object, Duration, Supplier)} with the patience of the call that we are in. */
  public <R> R run(K key, Supplier<R> work) {
    return run(List.of(key), work);
  }

  /** {@link #run(Object, Supplier)} for work on several: nobody else works on any of them. */
  public <R> R run(List<K> keys, Supplier<R> work) {
    return run(keys, CallContext.current().flatMap(CallContext::patience).orElse(patience), work);
  }

  /** Like {@link #run(Object, Supplier)}, for work without a result. */
  public void run(K key, Runnable work) {
    this.<Optional<Void>>run(
        key,
        () -> {
          work.run();
          return Optional.empty();
        });
  }

  /**
   * Does the work on a platform thread and waits for its end.
   *
   * @throws VolumeException.Busy when an operation on this key is under way
   * @throws VolumeException.Overloaded when too many operations wait already; nothing was begun
   * @throws VolumeException.StillRunning when {@code patience} ends first; the work goes on
   */
  public <R> R run(K key, Duration patience, Supplier<R> work) {
    return run(List.of(key), patience, work);
  }

  private <R> R run(List<K> keys, Duration patience, Supplier<R> work) {
    Set<K> taken = new HashSet<>();
    for (K key : keys) {
      if (!running.add(key)) {
        running.removeAll(taken);
        throw new VolumeException.Busy(
            "another operation on " + key + " is under way; try again when it has ended");
      }
      taken.add(key);
    }
    return await(keys.getFirst(), patience, submit(taken, work));
  }

  /** For questions, beside the work: with threads of their own. */
  public Reads reads() {
    return reads;
  }

  /** Whether work on {@code key} is under way. */
  boolean isTaken(K key) {
    return running.contains(key);
  }

  private <R> Future<R> submit(Set<K> keys, Supplier<R> work) {
    Optional<CallContext> call = CallContext.current();
    try {
      return pool.submit(
          () -> {
            try {
              return call.isPresent() ? call.get().during(work) : work.get();
            } finally {
              running.removeAll(keys);
            }
          });
    } catch (RejectedExecutionException full) {
      running.removeAll(keys);
      throw new VolumeException.Overloaded(
          "%d operations on volumes are under way and %d more wait; try again later"
              .formatted(pool.getActiveCount(), pool.getQueue().size()));
    }
  }

  private <R> R await(K key, Duration patience, Future<R> result) {
    try {
      return result.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw stillRunning(key);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stillRunning(key);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException thrown -> throw thrown;
        case Error thrown -> throw thrown;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private static VolumeException stillRunning(Object key) {
    return new VolumeException.StillRunning(
        "the operation on " + key + " goes on; ask again for its outcome");
  }

  /** Waits up to ten seconds for the work under way; what still runs then goes on without us. */
  @Override
  public void close() {
    reads.close();
    pool.shutdown();
    try {
      pool.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
