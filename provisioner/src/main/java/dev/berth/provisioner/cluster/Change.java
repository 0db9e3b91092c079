package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** What a watch tells. */
public sealed interface Change<T extends HasMetadata> {
  /** The newest state known: for a deletion, the last one. */
  T object();

  /** The key of the object. */
  default Key key() {
    return Key.of(object());
  }

  /** The object is there: it was created, or the watch has begun. */
  record Added<T extends HasMetadata>(T object) implements Change<T> {}

  /** The object was changed. */
  record Modified<T extends HasMetadata>(T before, T after) implements Change<T> {
    @Override
    public T object() {
      return after;
    }
  }

  /** The object is gone. */
  record Deleted<T extends HasMetadata>(T object) implements Change<T> {}
}
