package dev.berth.program.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The manifest of a Secret: its values go to one place, and not into an annotation too. */
final class SecretText {
  private SecretText() {}

  /** Moves {@code stringData} to {@code data}, where the API keeps it. */
  static void encode(ObjectNode secret) {
    JsonNode text = secret.remove("stringData");
    if (text != null && !text.isEmpty()) {
      ObjectNode data = secret.withObject("data");
      text.properties()
          .forEach(
              each ->
                  data.put(
                      each.getKey(),
                      Base64.getEncoder()
                          .encodeToString(
                              each.getValue().asText().getBytes(StandardCharsets.UTF_8))));
    }
  }

  /** What is remembered as applied: the keys say which ones go when they are dropped later. */
  static ObjectNode withoutValues(ObjectNode secret) {
    ObjectNode keys = secret.deepCopy();
    if (keys.path("data") instanceof ObjectNode data) {
      data.fieldNames().forEachRemaining(key -> data.put(key, ""));
    }
    return keys;
  }
}
