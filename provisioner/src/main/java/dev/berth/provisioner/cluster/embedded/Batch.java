package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What several writes add to the stored objects, before it is committed as one. For the writing
 * thread alone.
 */
final class Batch {
  private record Place(Kind<?> kind, Key key) {}

  private final Cache committed;
  private final List<Effect> effects = new ArrayList<>();
  private final Map<Place, Effect> newest = new HashMap<>();
  private long revision;

  Batch(Cache committed, long revision) {
    this.committed = committed;
    this.revision = revision;
  }

  /** The object with everything that this batch has done so far. */
  <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    return switch (newest.get(new Place(kind, key))) {
      case null -> committed.get(kind, key);
      case Effect.Put put -> Optional.of(kind.type().cast(put.object()));
      case Effect.Remove _ -> Optional.empty();
    };
  }

  /** Gives the object, which is the caller's own copy, the next version and stores it. */
  <T extends HasMetadata> T put(Kind<T> kind, T object) {
    object.getMetadata().setResourceVersion(Long.toString(++revision));
    Key key = Key.of(object);
    // A fault that an index would hit must meet the writer of the object, not the cache after the
    // commit.
    Arrays.stream(Index.values()).filter(i -> i.covers(kind)).forEach(i -> i.valuesOf(object));
    stage(new Effect.Put(kind, key, object, Json.text(object)));
    return object;
  }

  /** Takes the object away; a deletion is a version of its own. */
  <T extends HasMetadata> void remove(Kind<T> kind, T last) {
    revision++;
    stage(new Effect.Remove(kind, Key.of(last), last));
  }

  /** An object that the namespace would hold, events not counted. */
  Optional<String> anythingIn(String namespace) {
    return Kind.ALL.stream()
        .filter(kind -> kind.namespaced() && !kind.equals(Kind.EVENT))
        .flatMap(kind -> held(kind, namespace).stream())
        .findFirst();
  }

  private Optional<String> held(Kind<?> kind, String namespace) {
    Optional<String> staged =
        newest.values().stream()
            .filter(e -> e instanceof Effect.Put && e.kind().equals(kind))
            .filter(e -> e.key().namespace().equals(namespace))
            .map(e -> e.key().name())
            .findFirst();
    return staged
        .or(
            () ->
                committed.keysIn(kind, namespace).stream()
                    .filter(key -> get(kind, key).isPresent())
                    .map(Key::name)
                    .findFirst())
        .map(name -> kind.plural() + " \"" + name + "\"");
  }

  List<Effect> effects() {
    return effects;
  }

  /** The newest version that was given. */
  long revision() {
    return revision;
  }

  private void stage(Effect effect) {
    effects.add(effect);
    newest.put(new Place(effect.kind(), effect.key()), effect);
  }
}
