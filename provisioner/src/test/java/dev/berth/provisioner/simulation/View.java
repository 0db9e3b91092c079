package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.cache.Held;
import dev.berth.provisioner.cluster.cache.Table;
import dev.berth.provisioner.cluster.cache.Watcher;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What one process knows of one kind: it follows the log of the store in order and at its own pace,
 * sees its own writes at once, and never goes back.
 */
final class View<T extends HasMetadata> {
  private final Kind<T> kind;
  private final MemoryStore store;
  private final Predicate<T> keeps;
  private final Table<Held<T>> table;
  private final Map<Key, Integer> seenAhead = new HashMap<>();
  private final List<Watcher<T>> watchers = new ArrayList<>();
  private int position;

  View(Kind<T> kind, MemoryStore store, Predicate<T> keeps) {
    this.kind = kind;
    this.store = store;
    this.keeps = keeps;
    this.table = new Table<>(kind);
    store.list(kind).stream()
        .filter(keeps)
        .forEach(object -> table.put(Key.of(object), () -> object));
    this.position = store.log(kind).size();
  }

  Optional<T> get(Key key) {
    return table.get(key).map(Held::object);
  }

  List<T> all() {
    return objects(table.all());
  }

  List<T> under(Index index, String value) {
    return objects(table.under(index, value));
  }

  private List<T> objects(Collection<Held<T>> states) {
    return states.stream().map(Held::object).toList();
  }

  Watcher<T> watch(Consumer<Change<T>> listener) {
    Map<Key, Held<T>> present = new LinkedHashMap<>();
    table.all().forEach(state -> present.put(Key.of(state.object()), state));
    Watcher<T> watcher = new Watcher<>(kind, listener, present, watchers::remove);
    watchers.add(watcher);
    return watcher;
  }

  /** Whether the store has gone on. */
  boolean behind() {
    return position < store.log(kind).size();
  }

  /** Learns the next thing that was written. */
  void advance() {
    MemoryStore.Entry entry = store.log(kind).get(position);
    if (seenAhead.getOrDefault(entry.key(), -1) < position) {
      learn(entry);
    }
    position++;
  }

  /** Learns what this process itself has just written, ahead of what others wrote before. */
  void wrote(Key key) {
    List<MemoryStore.Entry> log = store.log(kind);
    for (int i = log.size() - 1; i >= position; i--) {
      if (log.get(i).key().equals(key)) {
        if (seenAhead.getOrDefault(key, -1) < i) {
          seenAhead.put(key, i);
          learn(log.get(i));
        }
        return;
      }
    }
  }

  private void learn(MemoryStore.Entry entry) {
    T object = kind.type().cast(entry.object());
    Held<T> state = () -> object;
    boolean gone = entry.gone() || !keeps.test(object);
    if (gone && table.get(entry.key()).isEmpty()) {
      return; // never known here
    }
    if (gone) {
      table.remove(entry.key());
    } else {
      table.put(entry.key(), state);
    }
    List.copyOf(watchers).forEach(watcher -> watcher.offer(entry.key(), state, gone));
  }

  /** Everybody who watches is told once more what is there, as after a lost connection. */
  void repeat(Key key) {
    table
        .get(key)
        .ifPresent(state -> watchers.forEach(watcher -> watcher.offer(key, state, false)));
  }
}
