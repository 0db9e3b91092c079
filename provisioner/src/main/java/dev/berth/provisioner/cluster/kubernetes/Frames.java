package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.provisioner.cluster.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads lists and watches piece by piece, so that never a whole answer is in memory. */
final class Frames {
  private Frames() {}

  /**
   * Reads a list.
   *
   * @param item is given each object, as it is read
   * @return the list's metadata
   */
  static <T> JsonNode list(InputStream body, Class<T> type, Consumer<T> item) throws IOException {
    JsonNode metadata = Json.mapper().createObjectNode();
    try (JsonParser parser = Json.mapper().createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("metadata")) {
          metadata = parser.readValueAsTree();
        } else if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            item.accept(parser.readValueAs(type));
          }
        } else {
          parser.skipChildren();
        }
      }
    }
    return metadata;
  }

  /** Reads a watch until the server ends it; each event has a type and an object. */
  static void watch(InputStream body, Consumer<JsonNode> event) throws IOException {
    try (JsonParser parser = Json.mapper().createParser(body)) {
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        event.accept(parser.readValueAsTree());
      }
    }
  }
}
