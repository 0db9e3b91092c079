package dev.berth.provisioner.cluster.kubernetes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.cache.Table;
import dev.berth.provisioner.cluster.cache.Watcher;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The objects of one kind as far as they are known: what the server has told, and, where that is
 * newer, what this process has written. An object never goes back to an older version.
 */
final class KindCache<T extends HasMetadata> {
  /** So many departures are remembered; the server has told of all but the last few already. */
  private static final int DEPARTURES = 4_096;

  /** Up to which version an object that left by our own write is not to come back. */
  private record Departure(String uid, long version) {}

  private static final class Departures extends LinkedHashMap<Key, Departure> {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Departure> eldest) {
      return size() > DEPARTURES;
    }
  }

  private final CacheSpec<T> spec;
  private final Unpacked lately;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  @GuardedBy("lock")
  private final Table<Packed<T>> table;

  @GuardedBy("lock")
  private final Map<Key, Departure> departed = new Departures();

  @GuardedBy("lock")
  private final List<Watcher<T>> watchers = new ArrayList<>();

  /**
   * @param lately remembers the objects that were unpacked last, of several kinds
   */
  KindCache(CacheSpec<T> spec, Unpacked lately) {
    this.spec = spec;
    this.lately = lately;
    this.table = new Table<>(spec.kind());
  }

  Optional<T> get(Key key) {
    lock.readLock().lock();
    try {
      return table.get(key).map(Packed::object);
    } finally {
      lock.readLock().unlock();
    }
  }

  List<T> list() {
    List<Packed<T>> found;
    lock.readLock().lock();
    try {
      found = List.copyOf(table.all());
    } finally {
      lock.readLock().unlock();
    }
    return new Unpacking<>(found);
  }

  List<T> list(Index index, String value) {
    if (!index.covers(spec.kind())) {
      throw new IllegalArgumentException(index + " is not an index of " + spec.kind());
    }
    List<Packed<T>> found;
    lock.readLock().lock();
    try {
      found = List.copyOf(table.under(index, value));
    } finally {
      lock.readLock().unlock();
    }
    return new Unpacking<>(found);
  }

  /** A watcher that knows what is there and misses nothing of what comes. */
  Watcher<T> watch(Consumer<Change<T>> listener) {
    lock.writeLock().lock();
    try {
      Map<Key, Packed<T>> present = new LinkedHashMap<>();
      table.keys().forEach(key -> present.put(key, table.get(key).orElseThrow()));
      Watcher<T> watcher = new Watcher<>(spec.kind(), listener, present, this::forget);
      watchers.add(watcher);
      return watcher;
    } finally {
      lock.writeLock().unlock();
    }
  }

  List<Watcher<T>> watchers() {
    lock.readLock().lock();
    try {
      return List.copyOf(watchers);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void forget(Watcher<T> watcher) {
    lock.writeLock().lock();
    try {
      watchers.remove(watcher);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The server has told of this state; the object is ours to keep. */
  void told(T object) {
    Key key = Key.of(object);
    if (!has(key, Versions.of(object))) { // most of what we are told, we have written
      store(key, object, pack(object), false);
    }
  }

  private boolean has(Key key, long version) {
    lock.readLock().lock();
    try {
      return version <= version(key);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The server has answered a write of ours with this state; the object stays the caller's. */
  void written(T object) {
    written(object, () -> Json.copy(spec.kind(), object));
  }

  /**
   * The same.
   *
   * @param again makes another object of the same state, which is ours to keep
   */
  void written(T object, Supplier<T> again) {
    T own = spec.trims() ? again.get() : object;
    store(Key.of(object), object, pack(own), true);
  }

  /** The server has told that the object is gone; this was its last state. */
  void toldGone(T last) {
    lock.writeLock().lock();
    try {
      Key key = Key.of(last);
      Departure departure = departed.get(key);
      if (departure != null && departure.uid().equals(last.getMetadata().getUid())) {
        departed.remove(key);
      }
      if (version(key) <= Versions.of(last)) {
        remove(key);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** A write of ours has taken the object away. */
  void deleted(Key key, String uid) {
    lock.writeLock().lock();
    try {
      departed.put(key, new Departure(uid, Long.MAX_VALUE));
      if (table.get(key).filter(p -> p.object().getMetadata().getUid().equals(uid)).isPresent()) {
        remove(key);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** What a complete list has: whatever else is here and not newer than the list is gone. */
  void retain(Set<Key> listed, long version) {
    lock.writeLock().lock();
    try {
      List<Key> gone =
          table.keys().stream()
              .filter(key -> !listed.contains(key) && version(key) <= version)
              .toList();
      gone.forEach(this::remove);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * The server's history was rewritten: versions that are known no longer compare with new ones.
   */
  void forgetAll() {
    lock.writeLock().lock();
    try {
      List.copyOf(table.keys()).forEach(this::remove);
      departed.clear();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Trims its argument; empty when the object is not to be kept. */
  private Optional<Packed<T>> pack(T object) {
    if (!spec.selector().matches(object) || !spec.keep().test(object)) {
      return Optional.empty();
    }
    T less = spec.trim().apply(object);
    if (spec.trims()) {
      Trimmed.mark(less);
    }
    return Optional.of(new Packed<>(spec.kind(), less, lately));
  }

  private void store(Key key, T object, Optional<Packed<T>> state, boolean ours) {
    long version = Versions.of(object);
    String uid = object.getMetadata().getUid();
    lock.writeLock().lock();
    try {
      if (version <= version(key) || hasDeparted(key, uid, version)) {
        return;
      }
      if (state.isPresent()) {
        put(key, state.get());
        return;
      }
      remove(key);
      if (ours) {
        departed.put(key, new Departure(uid, version));
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  @GuardedBy("lock")
  private boolean hasDeparted(Key key, String uid, long version) {
    Departure departure = departed.get(key);
    if (departure == null || !departure.uid().equals(uid)) {
      return false;
    }
    if (version >= departure.version()) {
      departed.remove(key);
      return false;
    }
    return true;
  }

  @GuardedBy("lock")
  private long version(Key key) {
    return table.get(key).map(Packed::version).orElse(-1L);
  }

  @GuardedBy("lock")
  private void put(Key key, Packed<T> state) {
    table.put(key, state);
    watchers.forEach(watcher -> watcher.offer(key, state, false));
  }

  @GuardedBy("lock")
  private void remove(Key key) {
    table.remove(key).ifPresent(last -> watchers.forEach(w -> w.offer(key, last, true)));
  }

  Kind<T> kind() {
    return spec.kind();
  }
}
