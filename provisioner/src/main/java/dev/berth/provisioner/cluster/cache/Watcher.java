package dev.berth.provisioner.cluster.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener of one kind's changes on a virtual thread of its own. What the listener has
 * not heard yet is kept once per object, in its newest state: a slow listener skips states, and
 * what waits for it never outgrows the objects, so there is no overflow to recover from.
 */
public final class Watcher<T extends HasMetadata> implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  /**
   * What is to be told of a key.
   *
   * @param went the last states of objects of this name that came and went, or only went, unheard
   */
  private record Latest<T>(Key key, Held<T> state, boolean gone, List<Held<T>> went) {
    Latest<T> then(Held<T> next, boolean nextGone) {
      boolean another = gone && !nextGone;
      return new Latest<>(
          key,
          next,
          nextGone,
          another ? Stream.concat(went.stream(), Stream.of(state)).toList() : went);
    }
  }

  private final Kind<T> kind;
  private final Consumer<Change<T>> listener;
  private final Consumer<Watcher<T>> onClose;
  private final Map<Key, Held<T>> told = new HashMap<>(); // of the watching thread alone
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Map<Key, Latest<T>> pending = new LinkedHashMap<>();

  @GuardedBy("lock")
  private boolean closed;

  /**
   * A watcher that has something to tell already and will be offered what comes.
   *
   * @param present what is there, in the order in which it is told
   * @param onClose is called when the watcher is closed
   */
  public Watcher(
      Kind<T> kind,
      Consumer<Change<T>> listener,
      Map<Key, ? extends Held<T>> present,
      Consumer<Watcher<T>> onClose) {
    this.kind = kind;
    this.listener = listener;
    this.onClose = onClose;
    present.forEach((key, state) -> pending.put(key, new Latest<>(key, state, false, List.of())));
  }

  /** Begins to tell. */
  public Watcher<T> start() {
    Thread.ofVirtual().name("watch-" + kind.plural()).start(this::run);
    return this;
  }

  /**
   * Tells one change that waits, if there is one, on the caller's thread: for callers who call
   * nothing else, instead of {@link #start}.
   */
  public boolean step() {
    Optional<Latest<T>> next;
    lock.lock();
    try {
      next = poll();
    } finally {
      lock.unlock();
    }
    next.ifPresent(this::tell);
    return next.isPresent();
  }

  /** Whether a change waits to be told. */
  public boolean behind() {
    lock.lock();
    try {
      return !pending.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** The object has changed to this state, or, having had this state, is gone. */
  public void offer(Key key, Held<T> state, boolean gone) {
    lock.lock();
    try {
      if (!closed) {
        Latest<T> waiting = pending.get(key);
        pending.put(
            key,
            waiting == null
                ? new Latest<>(key, state, gone, List.of())
                : waiting.then(state, gone));
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      pending.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
    onClose.accept(this);
  }

  private void run() {
    try {
      for (var next = take(); next.isPresent(); next = take()) {
        tell(next.get());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody has this thread but us: the program ends
    }
  }

  private Optional<Latest<T>> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pending.isEmpty() && !closed) {
        changed.await();
      }
      return poll();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Optional<Latest<T>> poll() {
    Iterator<Latest<T>> first = pending.values().iterator();
    if (!first.hasNext()) {
      return Optional.empty();
    }
    Latest<T> latest = first.next();
    first.remove();
    return Optional.of(latest);
  }

  private void tell(Latest<T> latest) {
    for (Held<T> went : latest.went()) {
      tell(latest.key(), went, true);
    }
    tell(latest.key(), latest.state(), latest.gone());
  }

  private void tell(Key key, Held<T> state, boolean gone) {
    Held<T> known = gone ? told.remove(key) : told.put(key, state);
    T now = state.object();
    if (known == null) {
      // One that went before it was told may have been read, and decided by, all the same.
      call(gone ? new Change.Deleted<>(now) : new Change.Added<>(now));
      return;
    }
    T before = known.object();
    boolean same = before.getMetadata().getUid().equals(now.getMetadata().getUid());
    if (!same) {
      call(new Change.Deleted<>(before));
    }
    if (gone) {
      call(new Change.Deleted<>(now));
    } else {
      call(same ? new Change.Modified<>(before, now) : new Change.Added<>(now));
    }
  }

  // The edge between the cluster and its listeners: a bug in one must not end its watch.
  private void call(Change<T> change) {
    try {
      listener.accept(change);
    } catch (RuntimeException e) {
      LOG.error("a listener of {} failed on {}", kind.plural(), change.key(), e);
    }
  }
}
