package dev.berth.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.VolumeException.Damaged;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads typed fields; what is wrong is {@link Damaged} with the file, the field and the rule. */
final class Fields {
  private final Path file;
  private final String prefix;
  private final ObjectNode node;

  Fields(Path file, ObjectNode node) {
    this(file, "", node);
  }

  private Fields(Path file, String prefix, ObjectNode node) {
    this.file = file;
    this.prefix = prefix;
    this.node = node;
  }

  /** Every field must be one of {@code known}: a release that knows more writes a newer format. */
  void only(Set<String> known, int format) {
    for (String name : names()) {
      if (!known.contains(name)) {
        throw wrong(name, "is not a field of format " + format);
      }
    }
  }

  String text(String name) {
    return optionalText(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  Optional<String> optionalText(String name) {
    return optional(name, JsonNode::isTextual, "is not a text").map(JsonNode::textValue);
  }

  boolean flag(String name) {
    return optionalFlag(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  Optional<Boolean> optionalFlag(String name) {
    return optional(name, JsonNode::isBoolean, "is neither true nor false")
        .map(JsonNode::booleanValue);
  }

  Bytes bytes(String name) {
    return optionalBytes(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  /** A whole number of at least 0. */
  long number(String name) {
    return optional(name, n -> n.canConvertToLong() && n.longValue() >= 0, "is not a number")
        .orElseThrow(() -> wrong(name, "is missing"))
        .longValue();
  }

  Optional<Bytes> optionalBytes(String name) {
    return optional(name, n -> n.canConvertToLong() && n.longValue() >= 0, "is not a size in bytes")
        .map(n -> new Bytes(n.longValue()));
  }

  /** A text that {@code parser} understands; whatever it throws means that it does not. */
  <T> T parsed(String name, String rule, Function<String, T> parser) {
    String text = text(name);
    try {
      return parser.apply(text);
    } catch (RuntimeException e) {
      throw wrong(name, Quoted.of(text) + " " + rule, e);
    }
  }

  <T> T parsedOptional(String name, String rule, Function<String, Optional<T>> parser) {
    String text = text(name);
    return parser.apply(text).orElseThrow(() -> wrong(name, Quoted.of(text) + " " + rule));
  }

  Fields object(String name) {
    return optionalObject(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  Optional<Fields> optionalObject(String name) {
    return optional(name, JsonNode::isObject, "is not an object")
        .map(n -> new Fields(file, prefix + name + ".", (ObjectNode) n));
  }

  List<Fields> objects(String name) {
    List<Fields> all = new ArrayList<>();
    JsonNode array =
        optional(name, JsonNode::isArray, "is not a list")
            .orElseThrow(() -> wrong(name, "is missing"));
    for (JsonNode element : array) {
      if (!(element instanceof ObjectNode object)) {
        throw wrong(name, "has an element that is not an object");
      }
      all.add(new Fields(file, prefix + name + ".", object));
    }
    return all;
  }

  /** Every field of this object as a text, by name. */
  Map<String, String> texts() {
    return names().stream()
        .collect(Collectors.toMap(n -> n, this::text, (_, b) -> b, TreeMap::new));
  }

  Damaged wrong(String name, String rule) {
    return new Damaged(file + ": field " + prefix + name + " " + rule);
  }

  private Damaged wrong(String name, String rule, RuntimeException cause) {
    return new Damaged(file + ": field " + prefix + name + " " + rule, cause);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private Optional<JsonNode> optional(
      String name, Function<JsonNode, Boolean> rule, String broken) {
    JsonNode value = node.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!rule.apply(value)) {
      throw wrong(name, broken);
    }
    return Optional.of(value);
  }
}
