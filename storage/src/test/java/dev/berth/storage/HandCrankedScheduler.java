package dev.berth.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A clock and an executor in one: nothing happens and no time passes unless the test says so. */
final class HandCrankedScheduler extends AbstractExecutorService
    implements ScheduledExecutorService, InstantSource {
  private final List<Timer> timers = new ArrayList<>();
  private final Deque<Runnable> ready = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-03-01T10:00:00Z");

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Runs what was handed over for now; answers when nothing more is left. */
  void runReady() {
    advance(Duration.ZERO);
  }

  void advance(Duration by) {
    synchronized (this) {
      now = now.plus(by);
    }
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable waiting = ready.poll();
    if (waiting != null) {
      return waiting;
    }
    Timer first =
        timers.stream()
            .filter(t -> !t.at.isAfter(now))
            .min(Comparator.comparing((Timer t) -> t.at))
            .orElse(null);
    timers.remove(first);
    return first;
  }

  @Override
  public synchronized void execute(Runnable command) {
    ready.add(command);
  }

  @Override
  public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    Timer timer = new Timer(command, now.plus(delay, unit.toChronoUnit()));
    timers.add(timer);
    return timer;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  private static final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final Instant at;

    @SuppressWarnings("NullAway") // the result of a Runnable is null by definition
    Timer(Runnable command, Instant at) {
      super(command, null);
      this.at = at;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }
}
