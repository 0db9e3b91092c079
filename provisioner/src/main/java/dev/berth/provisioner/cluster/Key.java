package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;
import java.util.Objects;

/**
 * Namespace and name of an object; the namespace is empty where the kind is cluster-scoped.
 *
 * @param namespace the namespace, or the empty string
 * @param name the object's name
 */
public record Key(String namespace, String name) implements Comparable<Key> {
  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::namespace).thenComparing(Key::name);

  public Key {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an object's key needs a name");
    }
  }

  /** The key of an object that has a name. */
  public static Key of(HasMetadata object) {
    return new Key(
        Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
        object.getMetadata().getName());
  }

  /** The key of a namespaced object. */
  public static Key of(String namespace, String name) {
    return new Key(namespace, name);
  }

  /** The key of a cluster-scoped object. */
  public static Key of(String name) {
    return new Key("", name);
  }

  @Override
  public int compareTo(Key other) {
    return ORDER.compare(this, other);
  }

  /** {@code namespace/name}, or the name alone, as in logs and index values. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
