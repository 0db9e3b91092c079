package dev.berth.provisioner.cluster.embedded;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * All committed objects in memory, and the watchers, who hear of a change under the lock that makes
 * it visible.
 */
final class Cache {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  @GuardedBy("lock")
  private final Map<Kind<?>, Table> tables = new HashMap<>();

  @GuardedBy("lock")
  private final List<Watcher<?>> watchers = new ArrayList<>();

  <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    lock.readLock().lock();
    try {
      return Optional.ofNullable(tables.get(kind)).flatMap(t -> t.get(key)).map(kind.type()::cast);
    } finally {
      lock.readLock().unlock();
    }
  }

  <T extends HasMetadata> List<T> list(Kind<T> kind) {
    lock.readLock().lock();
    try {
      Table table = tables.get(kind);
      return table == null ? List.of() : table.all().stream().map(kind.type()::cast).toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    if (!index.covers(kind)) {
      throw new IllegalArgumentException(index + " is not an index of " + kind);
    }
    lock.readLock().lock();
    try {
      Table table = tables.get(kind);
      return table == null
          ? List.of()
          : table.under(index, value).stream().map(kind.type()::cast).toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  List<Key> keysIn(Kind<?> kind, String namespace) {
    return list(kind, Index.BY_NAMESPACE, namespace).stream().map(Key::of).toList();
  }

  /** Makes committed changes visible and tells the watchers, in this order. */
  void apply(List<Effect> effects) {
    lock.writeLock().lock();
    try {
      for (Effect effect : effects) {
        table(effect.kind()).apply(effect);
        watchers.forEach(watcher -> watcher.offer(effect));
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** A watcher that knows what is there and misses nothing of what comes. */
  <T extends HasMetadata> Watcher<T> watch(Kind<T> kind, Consumer<Change<T>> listener) {
    lock.writeLock().lock();
    try {
      List<T> present = table(kind).all().stream().map(kind.type()::cast).toList();
      Watcher<T> watcher = new Watcher<>(kind, listener, present, this::forget);
      watchers.add(watcher);
      return watcher;
    } finally {
      lock.writeLock().unlock();
    }
  }

  List<Watcher<?>> watchers() {
    lock.readLock().lock();
    try {
      return List.copyOf(watchers);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void forget(Watcher<?> watcher) {
    lock.writeLock().lock();
    try {
      watchers.remove(watcher);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @GuardedBy("lock")
  private Table table(Kind<?> kind) {
    return tables.computeIfAbsent(kind, Table::new);
  }
}
