package dev.berth.provisioner.cluster.embedded;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener of one kind's changes on a virtual thread of its own. What the listener has
 * not heard yet is kept once per object, in its newest state: a slow listener skips states, and
 * what waits for it never outgrows the objects, so there is no overflow to recover from.
 */
final class Watcher<T extends HasMetadata> implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  private record Latest<T>(T object, boolean gone) {}

  private final Kind<T> kind;
  private final Consumer<Change<T>> listener;
  private final Consumer<Watcher<?>> onClose;
  private final Map<Key, T> told = new HashMap<>(); // of the watching thread alone
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Map<Key, Latest<T>> pending = new LinkedHashMap<>();

  @GuardedBy("lock")
  private boolean closed;

  Watcher(
      Kind<T> kind, Consumer<Change<T>> listener, List<T> present, Consumer<Watcher<?>> onClose) {
    this.kind = kind;
    this.listener = listener;
    this.onClose = onClose;
    present.forEach(object -> pending.put(Key.of(object), new Latest<>(object, false)));
  }

  Watcher<T> start() {
    Thread.ofVirtual().name("watch-" + kind.plural()).start(this::run);
    return this;
  }

  void offer(Effect effect) {
    if (!effect.kind().equals(kind)) {
      return;
    }
    T object = kind.type().cast(effect.object());
    lock.lock();
    try {
      if (!closed) {
        pending.put(effect.key(), new Latest<>(object, effect instanceof Effect.Remove));
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
      Iterator<Latest<T>> first = pending.values().iterator();
      if (!first.hasNext()) {
        return Optional.empty();
      }
      Latest<T> latest = first.next();
      first.remove();
      return Optional.of(latest);
    } finally {
      lock.unlock();
    }
  }

  private void tell(Latest<T> latest) {
    Key key = Key.of(latest.object());
    T before = latest.gone() ? told.remove(key) : told.put(key, latest.object());
    if (latest.gone()) {
      if (before != null) {
        call(new Change.Deleted<>(latest.object()));
      }
    } else if (before == null) {
      call(new Change.Added<>(latest.object()));
    } else if (!before.getMetadata().getUid().equals(latest.object().getMetadata().getUid())) {
      call(new Change.Deleted<>(before));
      call(new Change.Added<>(latest.object()));
    } else {
      call(new Change.Modified<>(before, latest.object()));
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
