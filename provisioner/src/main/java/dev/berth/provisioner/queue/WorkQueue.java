package dev.berth.provisioner.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue in which a key is once. A key added while it is being processed comes again afterwards; a
 * key is never given to two takers at a time. Safe for threads.
 */
public final class WorkQueue<K> implements AutoCloseable {
  /**
   * The real clock may jump; a wait never lasts longer than this before the clock is read again.
   */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private record Due<K>(Instant at, long order, K key) {}

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<K> ready = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Set<K> waiting =
      new HashSet<>(); // in ready, or to come again when its taker is done

  @GuardedBy("lock")
  private final Set<K> processing = new HashSet<>();

  @GuardedBy("lock")
  private final PriorityQueue<Due<K>> later =
      new PriorityQueue<>(
          Comparator.<Due<K>, Instant>comparing(Due::at).thenComparingLong(Due::order));

  @GuardedBy("lock")
  private final Map<K, Due<K>> soonest = new HashMap<>();

  @GuardedBy("lock")
  private long order;

  @GuardedBy("lock")
  private boolean closed;

  public WorkQueue(InstantSource clock) {
    this.clock = clock;
  }

  /** Puts the key in, unless it is there. */
  public void add(K key) {
    lock.lock();
    try {
      enqueue(key);
    } finally {
      lock.unlock();
    }
  }

  /** Puts the key in after a time; of several delays of one key the shortest counts. */
  public void addAfter(K key, Duration delay) {
    lock.lock();
    try {
      if (!delay.isPositive()) {
        enqueue(key);
        return;
      }
      Due<K> due = new Due<>(clock.instant().plus(delay), order++, key);
      Due<K> known = soonest.get(key);
      if (closed || (known != null && !due.at().isBefore(known.at()))) {
        return;
      }
      soonest.put(key, due);
      later.add(due);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a key; the taker must call {@link #done}. Empty when the queue is closed. */
  public Optional<K> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Optional<K> key = next();
        if (key.isPresent()) {
          return key;
        }
        if (later.isEmpty()) {
          changed.await();
        } else {
          changed.await(millisToNext(), TimeUnit.MILLISECONDS);
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** A key that is ready now, without waiting; the taker must call {@link #done}. */
  public Optional<K> poll() {
    lock.lock();
    try {
      return closed ? Optional.empty() : next();
    } finally {
      lock.unlock();
    }
  }

  /** The taker has finished with the key. */
  public void done(K key) {
    lock.lock();
    try {
      processing.remove(key);
      if (waiting.contains(key) && !closed) {
        ready.add(key);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many keys are ready or due; those being processed and those delayed are not counted. */
  public int size() {
    lock.lock();
    try {
      promote();
      return ready.size();
    } finally {
      lock.unlock();
    }
  }

  /** When the first of the delayed keys is due; empty when none is delayed. */
  public Optional<Instant> nextDue() {
    lock.lock();
    try {
      return Optional.ofNullable(later.peek()).map(Due::at);
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is ready, nothing delayed and nothing being processed. */
  public boolean idle() {
    lock.lock();
    try {
      return waiting.isEmpty() && processing.isEmpty() && soonest.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends all waits; what is in the queue is dropped, for the state is read afresh at the next
   * start.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void enqueue(K key) {
    if (closed || !waiting.add(key)) {
      return;
    }
    if (!processing.contains(key)) {
      ready.add(key);
      changed.signal();
    }
  }

  @GuardedBy("lock")
  private Optional<K> next() {
    promote();
    Optional<K> key = Optional.ofNullable(ready.poll());
    key.ifPresent(
        taken -> {
          waiting.remove(taken);
          processing.add(taken);
        });
    return key;
  }

  @GuardedBy("lock")
  private void promote() {
    Instant now = clock.instant();
    for (Due<K> due = later.peek(); due != null && !due.at().isAfter(now); due = later.peek()) {
      later.remove();
      if (soonest.remove(due.key(), due)) {
        enqueue(due.key());
      }
    }
  }

  /** How long to wait for the next delayed key; a second at most, for the clock may jump. */
  @GuardedBy("lock")
  private long millisToNext() {
    Due<K> due = later.peek();
    if (due == null) {
      return LONGEST_WAIT.toMillis();
    }
    Duration wait = Duration.between(clock.instant(), due.at());
    // At least a millisecond, lest a wait that rounds to nothing becomes a spin.
    return Math.clamp(wait.toMillis(), 1, LONGEST_WAIT.toMillis());
  }
}
