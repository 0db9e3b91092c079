package dev.berth.provisioner.queue;

import dev.berth.provisioner.cluster.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that drain a queue into a reconciler until they are closed. A failure is logged once,
 * however often it repeats.
 */
public final class Workers<K> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record Failure(int inARow, String why) {}

  private final WorkQueue<K> queue;
  private final Reconciler<K> reconciler;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final Map<K, Failure> failures = new ConcurrentHashMap<>();
  private final List<CountDownLatch> running = new ArrayList<>();

  /** Workers that do nothing until {@link #start} or {@link #step} is called. */
  public Workers(
      WorkQueue<K> queue, Reconciler<K> reconciler, Backoff backoff, RandomGenerator random) {
    this.queue = queue;
    this.reconciler = reconciler;
    this.backoff = backoff;
    this.random = random;
  }

  /**
   * Starts so many tasks on the executor, which must give each a thread, for example a virtual one.
   */
  public Workers<K> start(int count, Executor executor) {
    for (int i = 0; i < count; i++) {
      CountDownLatch ended = new CountDownLatch(1);
      running.add(ended);
      executor.execute(
          () -> {
            try {
              drain();
            } finally {
              ended.countDown();
            }
          });
    }
    return this;
  }

  /** Reconciles one key that is ready, if there is one, on the caller's thread. */
  public boolean step() {
    Optional<K> key = queue.poll();
    key.ifPresent(this::process);
    return key.isPresent();
  }

  /**
   * Closes the queue and waits, up to half a minute, until each task has left its reconciler. They
   * are not interrupted: a mount or a call that is done by half is worse than a slow end.
   */
  @Override
  public void close() {
    close(PATIENCE);
  }

  /** The same with another patience; without any, nobody is waited for. */
  public void close(Duration patience) {
    queue.close();
    long end = System.nanoTime() + patience.toNanos();
    try {
      for (CountDownLatch ended : running) {
        if (!ended.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.warn("{}: still at work, not waited for any longer", reconciler.name());
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever interrupts does not want to wait
    }
  }

  private void drain() {
    try {
      for (Optional<K> key = queue.take(); key.isPresent(); key = queue.take()) {
        process(key.get());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  // The edge of the controllers: a bug in one reconciliation must not end the worker of all others.
  private void process(K key) {
    try {
      settle(key, reconciler.reconcile(key));
    } catch (ClusterException e) {
      retry(key, String.valueOf(e.getMessage()), Optional.empty());
    } catch (RuntimeException e) {
      retry(key, e.toString(), Optional.of(e));
    } finally {
      queue.done(key);
    }
  }

  private void settle(K key, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done _ -> failures.remove(key);
      case Outcome.Again(Duration after) -> {
        failures.remove(key);
        queue.addAfter(key, after);
      }
      case Outcome.Failed(String why) -> retry(key, why, Optional.empty());
    }
  }

  private void retry(K key, String why, Optional<RuntimeException> bug) {
    Failure before = failures.getOrDefault(key, new Failure(0, ""));
    Failure now = new Failure(before.inARow() + 1, why);
    failures.put(key, now);
    if (!before.why().equals(why)) {
      bug.ifPresentOrElse(
          stack -> LOG.error("{} {}: unexpected", reconciler.name(), key, stack),
          () -> LOG.warn("{} {}: {}", reconciler.name(), key, why));
    }
    queue.addAfter(key, backoff.delay(now.inARow(), random));
  }
}
