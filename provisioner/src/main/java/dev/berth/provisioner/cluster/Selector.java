package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which objects of a kind the server is asked for.
 *
 * @param namespace the only namespace, or empty for all of them
 * @param labels labels that the objects must have, with these values
 * @param fields fields that the objects must have, with these values; the server decides which
 *     fields a kind can be selected by: {@code metadata.name} always
 */
public record Selector(
    Optional<String> namespace, Map<String, String> labels, Map<String, String> fields) {
  /** All objects. */
  public static final Selector ALL = new Selector(Optional.empty(), Map.of(), Map.of());

  private static final String NAME = "metadata.name";

  public Selector {
    labels = Map.copyOf(labels);
    fields = Map.copyOf(fields);
  }

  /** The objects with this label. */
  public static Selector label(String name, String value) {
    return new Selector(Optional.empty(), Map.of(name, value), Map.of());
  }

  /** The object of this name. */
  public static Selector named(String name) {
    return new Selector(Optional.empty(), Map.of(), Map.of(NAME, name));
  }

  /** The same within one namespace. */
  public Selector in(String onlyNamespace) {
    return new Selector(Optional.of(onlyNamespace), labels, fields);
  }

  /** Whether the server would find this object; fields other than the name are not looked at. */
  public boolean matches(HasMetadata object) {
    Map<String, String> has =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    return namespace.map(n -> n.equals(object.getMetadata().getNamespace())).orElse(true)
        && has.entrySet().containsAll(labels.entrySet())
        && Objects.requireNonNullElse(fields.get(NAME), object.getMetadata().getName())
            .equals(object.getMetadata().getName());
  }
}
