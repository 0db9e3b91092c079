package dev.berth.provisioner.cluster.embedded;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.cache.Held;
import dev.berth.provisioner.cluster.cache.Table;
import dev.berth.provisioner.cluster.cache.Watcher;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  /** An object that is kept as it is. */
  private record Whole(HasMetadata object) implements Held<HasMetadata> {}

  @GuardedBy("lock")
  private final Map<Kind<?>, Table<Whole>> tables = new HashMap<>();

  @GuardedBy("lock")
  private final Map<Watcher<?>, Kind<?>> watchers = new LinkedHashMap<>();

  <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    lock.readLock().lock();
    try {
      return Optional.ofNullable(tables.get(kind))
          .flatMap(table -> table.get(key))
          .map(state -> kind.type().cast(state.object()));
    } finally {
      lock.readLock().unlock();
    }
  }

  <T extends HasMetadata> List<T> list(Kind<T> kind) {
    lock.readLock().lock();
    try {
      Table<Whole> table = tables.get(kind);
      return table == null ? List.of() : objects(kind, table.all());
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
      Table<Whole> table = tables.get(kind);
      return table == null ? List.of() : objects(kind, table.under(index, value));
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
        apply(effect.kind(), effect);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** A watcher that knows what is there and misses nothing of what comes. */
  <T extends HasMetadata> Watcher<T> watch(Kind<T> kind, Consumer<Change<T>> listener) {
    lock.writeLock().lock();
    try {
      Map<Key, Held<T>> present = new LinkedHashMap<>();
      table(kind).all().forEach(state -> present.put(Key.of(state.object()), held(kind, state)));
      Watcher<T> watcher = new Watcher<>(kind, listener, present, this::forget);
      watchers.put(watcher, kind);
      return watcher;
    } finally {
      lock.writeLock().unlock();
    }
  }

  List<Watcher<?>> watchers() {
    lock.readLock().lock();
    try {
      return List.copyOf(watchers.keySet());
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
  private <T extends HasMetadata> void apply(Kind<T> kind, Effect effect) {
    Whole state = new Whole(effect.object());
    boolean gone = effect instanceof Effect.Remove;
    if (gone) {
      table(kind).remove(effect.key());
    } else {
      table(kind).put(effect.key(), state);
    }
    watchers.forEach(
        (watcher, watched) -> {
          if (watched.equals(kind)) {
            @SuppressWarnings("unchecked") // it watches this kind
            Watcher<T> ours = (Watcher<T>) watcher;
            ours.offer(effect.key(), held(kind, state), gone);
          }
        });
  }

  private static <T extends HasMetadata> Held<T> held(Kind<T> kind, Whole state) {
    T object = kind.type().cast(state.object());
    return () -> object;
  }

  private static <T extends HasMetadata> List<T> objects(Kind<T> kind, Collection<Whole> states) {
    return states.stream().map(state -> kind.type().cast(state.object())).toList();
  }

  @GuardedBy("lock")
  private Table<Whole> table(Kind<?> kind) {
    return tables.computeIfAbsent(kind, Table::new);
  }
}
