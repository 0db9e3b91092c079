package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.provisioner.cluster.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.function.Consumer;

/** Reads lists and watches piece by piece, so that never a whole answer is in memory. */
final class Frames {
  private static final Set<String> CHANGES = Set.of("ADDED", "MODIFIED", "DELETED");

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

  /** What a watch tells. */
  interface Listener<T> {
    /** An object is there, in this state, or was when it went: {@code ADDED} and the like. */
    void changed(String type, T object);

    /** Something else: {@code BOOKMARK}, {@code ERROR}, or what is not known yet. */
    void other(String type, JsonNode object);
  }

  /** Reads a watch until the server ends it; each event has a type and, after it, an object. */
  static <T> void watch(InputStream body, Class<T> kind, Listener<T> listener) throws IOException {
    try (JsonParser parser = Json.mapper().createParser(body)) {
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        String type = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          switch (field) {
            case "type" -> type = parser.getText();
            case "object" -> tell(parser, type, kind, listener);
            default -> parser.skipChildren();
          }
        }
      }
    }
  }

  /** No tree is made of an object: it would cost as much as the object itself. */
  private static <T> void tell(JsonParser parser, String type, Class<T> kind, Listener<T> listener)
      throws IOException {
    if (CHANGES.contains(type)) {
      listener.changed(type, parser.readValueAs(kind));
    } else {
      listener.other(type, parser.readValueAsTree());
    }
  }
}
