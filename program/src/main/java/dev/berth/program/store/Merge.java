package dev.berth.program.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The merge of three that {@code apply} makes: what the manifest says wins; what it said last time
 * and says no longer goes; what others wrote stays. Lists whose elements have names are merged by
 * name, other lists are replaced as a whole.
 */
final class Merge {
  /** What names an element, in the API's words for the kinds that we keep (patchMergeKey). */
  private static final List<String> NAMES = List.of("name", "mountPath", "devicePath");

  private Merge() {}

  /**
   * @param current the object as it is
   * @param last the manifest applied last, an empty object when there was none
   * @param next the manifest to apply
   */
  static ObjectNode apply(ObjectNode current, JsonNode last, JsonNode next) {
    ObjectNode merged = current.deepCopy();
    last.properties()
        .forEach(
            e -> {
              if (next.path(e.getKey()).isMissingNode()) {
                merged.remove(e.getKey());
              }
            });
    next.properties()
        .forEach(
            e ->
                merged.set(
                    e.getKey(),
                    value(merged.path(e.getKey()), last.path(e.getKey()), e.getValue())));
    return merged;
  }

  private static JsonNode value(JsonNode current, JsonNode last, JsonNode next) {
    if (current instanceof ObjectNode object && next.isObject()) {
      return apply(object, last, next);
    }
    if (current.isArray() && next.isArray()) {
      Optional<String> key =
          NAMES.stream().filter(k -> named(current, k) && named(next, k)).findFirst();
      return key.<JsonNode>map(k -> list(k, current, last, next)).orElse(next);
    }
    return next;
  }

  private static boolean named(JsonNode list, String key) {
    return !list.isEmpty()
        && StreamSupport.stream(list.spliterator(), false).allMatch(e -> e.path(key).isTextual());
  }

  private static ArrayNode list(String key, JsonNode current, JsonNode last, JsonNode next) {
    ArrayNode merged = JsonNodeFactory.instance.arrayNode();
    for (JsonNode element : next) {
      merged.add(value(find(current, key, element), find(last, key, element), element));
    }
    for (JsonNode element : current) {
      boolean dropped = !find(last, key, element).isMissingNode();
      if (find(next, key, element).isMissingNode() && !dropped) {
        merged.add(element);
      }
    }
    return merged;
  }

  private static JsonNode find(JsonNode list, String key, JsonNode like) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(e -> e.path(key).equals(like.path(key)))
        .findFirst()
        .orElse(JsonNodeFactory.instance.missingNode());
  }
}
