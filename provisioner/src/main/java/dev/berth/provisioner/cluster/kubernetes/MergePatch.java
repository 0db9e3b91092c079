package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** What makes one state of an object into another, as a JSON merge patch (RFC 7386). */
final class MergePatch {
  /** Maps of which the cache may have some entries only: they are emptied one by one. */
  private static final Set<String> MAPS = Set.of("annotations", "labels");

  private MergePatch() {}

  /** The patch; empty when the states are equal. */
  static ObjectNode between(JsonNode before, JsonNode after) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : after.properties()) {
      set(patch, field.getKey(), before.path(field.getKey()), field.getValue());
    }
    for (Map.Entry<String, JsonNode> field : before.properties()) {
      if (!after.has(field.getKey())) {
        remove(patch, field.getKey(), field.getValue());
      }
    }
    return patch;
  }

  private static void set(ObjectNode patch, String name, JsonNode before, JsonNode after) {
    if (before.isObject() && after.isObject()) {
      ObjectNode inner = between(before, after);
      if (!inner.isEmpty()) {
        patch.set(name, inner);
      }
    } else if (!before.equals(after)) {
      patch.set(name, after);
    }
  }

  private static void remove(ObjectNode patch, String name, JsonNode before) {
    if (MAPS.contains(name)) {
      patch.set(name, between(before, JsonNodeFactory.instance.objectNode()));
    } else {
      patch.putNull(name);
    }
  }
}
