package dev.berth.provisioner.cluster.embedded;

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

/** The objects of one kind with their indexes. Not safe for threads: {@link Cache} guards it. */
final class Table {
  private final NavigableMap<Key, HasMetadata> objects = new TreeMap<>();
  private final Map<Index, Map<String, NavigableMap<Key, HasMetadata>>> indexes =
      new EnumMap<>(Index.class);

  Table(Kind<?> kind) {
    Arrays.stream(Index.values())
        .filter(index -> index.covers(kind))
        .forEach(index -> indexes.put(index, new HashMap<>()));
  }

  Optional<HasMetadata> get(Key key) {
    return Optional.ofNullable(objects.get(key));
  }

  Collection<HasMetadata> all() {
    return objects.values();
  }

  Collection<HasMetadata> under(Index index, String value) {
    NavigableMap<Key, HasMetadata> found = indexes.getOrDefault(index, Map.of()).get(value);
    return found == null ? List.of() : found.values();
  }

  void apply(Effect effect) {
    HasMetadata before = objects.remove(effect.key());
    if (before != null) {
      indexes.forEach((index, values) -> unlist(index.valuesOf(before), effect.key(), values));
    }
    switch (effect) {
      case Effect.Put put -> insert(put.key(), put.object());
      case Effect.Remove _ -> {}
    }
  }

  private void insert(Key key, HasMetadata object) {
    objects.put(key, object);
    indexes.forEach(
        (index, values) ->
            index
                .valuesOf(object)
                .forEach(v -> values.computeIfAbsent(v, _ -> new TreeMap<>()).put(key, object)));
  }

  private static void unlist(
      Collection<String> under, Key key, Map<String, NavigableMap<Key, HasMetadata>> values) {
    for (String value : under) {
      NavigableMap<Key, HasMetadata> listed = values.get(value);
      if (listed != null && listed.remove(key) != null && listed.isEmpty()) {
        values.remove(value);
      }
    }
  }
}
