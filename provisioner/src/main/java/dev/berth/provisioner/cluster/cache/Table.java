package dev.berth.provisioner.cluster.cache;

import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The objects of one kind with their indexes. Not safe for threads: who has it guards it. */
public final class Table<H extends Held<? extends HasMetadata>> {
  private final NavigableMap<Key, H> objects = new TreeMap<>();
  private final Map<Index, Map<String, NavigableMap<Key, H>>> indexes = new EnumMap<>(Index.class);

  /** An empty table with the indexes that cover the kind. */
  public Table(Kind<?> kind) {
    Arrays.stream(Index.values())
        .filter(index -> index.covers(kind))
        .forEach(index -> indexes.put(index, new HashMap<>()));
  }

  /** The object of this key. */
  public Optional<H> get(Key key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** Every object, ordered by key; a view. */
  public Collection<H> all() {
    return objects.values();
  }

  /** Every key, in order; a view. */
  public Collection<Key> keys() {
    return objects.keySet();
  }

  /** The objects under one value of an index, ordered by key; a view. */
  public Collection<H> under(Index index, String value) {
    NavigableMap<Key, H> found = indexes.getOrDefault(index, Map.of()).get(value);
    return found == null ? List.of() : found.values();
  }

  /** The object has this state now, whatever was there. */
  public void put(Key key, H state) {
    remove(key);
    objects.put(key, state);
    HasMetadata object = state.object();
    indexes.forEach(
        (index, values) ->
            index
                .valuesOf(object)
                .forEach(v -> values.computeIfAbsent(v, _ -> new TreeMap<>()).put(key, state)));
  }

  /** The object is gone; answers what was there. */
  public Optional<H> remove(Key key) {
    H before = objects.remove(key);
    if (before != null) {
      HasMetadata object = before.object();
      indexes.forEach((index, values) -> unlist(index.valuesOf(object), key, values));
    }
    return Optional.ofNullable(before);
  }

  private void unlist(Collection<String> under, Key key, Map<String, NavigableMap<Key, H>> values) {
    for (String value : under) {
      NavigableMap<Key, H> listed = values.get(value);
      if (listed != null && listed.remove(key) != null && listed.isEmpty()) {
        values.remove(value);
      }
    }
  }
}
