package dev.berth.provisioner.cluster.embedded;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.provisioner.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one thread that writes, a platform thread because it waits for the disk in native code.
 * Whatever has come in while it forced one batch to disk is the next batch: one fsync answers all
 * who wait.
 */
final class Writer implements AutoCloseable {
  /** Keeps a flood of events from making one transaction, and its answer, endless. */
  private static final int LARGEST_BATCH = 256;

  private record Pending<R>(Function<Batch, R> write, CompletableFuture<R> result) {
    /** Carries the write out in memory; the answer is given when the batch is on disk. */
    Runnable attempt(Batch batch) {
      try {
        R answer = write.apply(batch);
        return () -> result.complete(answer);
      } catch (RuntimeException e) {
        return () -> result.completeExceptionally(e);
      }
    }
  }

  private final Database database;
  private final Cache cache;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long revision; // of the writing thread alone

  @GuardedBy("lock")
  private List<Pending<?>> pending = new ArrayList<>();

  @GuardedBy("lock")
  private boolean closed;

  Writer(Database database, Cache cache, long revision) {
    this.database = database;
    this.cache = cache;
    this.revision = revision;
    this.thread = Thread.ofPlatform().name("cluster-writer").daemon().unstarted(this::run);
  }

  Writer start() {
    thread.start();
    return this;
  }

  /** Carries out a write and waits until it is on disk. */
  <R> R call(Function<Batch, R> write) {
    CompletableFuture<R> result = new CompletableFuture<>();
    submit(new Pending<>(write, result));
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Hands in a write without waiting for it. */
  void post(Consumer<Batch> write, Consumer<Throwable> onFailure) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    result.exceptionally(
        failure -> {
          onFailure.accept(failure);
          return false;
        });
    submit(
        new Pending<>(
            batch -> {
              write.accept(batch);
              return true;
            },
            result));
  }

  /** Finishes what was handed in and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever interrupts does not want to wait
    }
  }

  private void submit(Pending<?> write) {
    lock.lock();
    try {
      if (!closed) {
        pending.add(write);
        changed.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    write.result().completeExceptionally(new ClusterException.Unavailable("the cluster is closed"));
  }

  private void run() {
    try {
      for (var batch = take(); !batch.isEmpty(); batch = take()) {
        commit(batch);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody has this thread but us
    }
  }

  private List<Pending<?>> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pending.isEmpty() && !closed) {
        changed.await();
      }
      int count = Math.min(LARGEST_BATCH, pending.size());
      List<Pending<?>> taken = List.copyOf(pending.subList(0, count));
      pending = new ArrayList<>(pending.subList(count, pending.size()));
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Pending<?>> writes) {
    Batch batch = new Batch(cache, revision);
    List<Runnable> answers = writes.stream().map(write -> write.attempt(batch)).toList();
    try {
      database.commit(batch.effects(), batch.revision());
    } catch (ClusterException.Unavailable e) {
      writes.forEach(write -> write.result().completeExceptionally(e));
      return;
    }
    revision = batch.revision();
    cache.apply(batch.effects());
    answers.forEach(Runnable::run);
  }
}
