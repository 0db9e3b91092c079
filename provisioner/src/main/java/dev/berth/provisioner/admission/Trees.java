package dev.berth.provisioner.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the rules ask of an object's fields as such: which are set, which differ. */
final class Trees {
  private Trees() {}

  /** The value as a tree; nothing is an empty one. */
  static ObjectNode of(@Nullable Object value) {
    return value == null ? Json.mapper().createObjectNode() : Json.mapper().valueToTree(value);
  }

  /** The names of the fields that are set, in the order of the model, without these. */
  static List<String> fields(ObjectNode tree, Set<String> without) {
    return tree.properties().stream()
        .filter(field -> !field.getValue().isNull() && !without.contains(field.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The names of the fields whose values differ, sorted. */
  static Set<String> changed(ObjectNode before, ObjectNode after) {
    Set<String> names = new TreeSet<>();
    before.fieldNames().forEachRemaining(names::add);
    after.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> same(before.path(name), after.path(name)));
    return names;
  }

  private static boolean same(JsonNode before, JsonNode after) {
    return before.equals(after) || (empty(before) && empty(after));
  }

  private static boolean empty(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isContainerNode() && node.isEmpty());
  }
}
