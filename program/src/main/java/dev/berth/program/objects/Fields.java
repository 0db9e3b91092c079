package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Reads an object by paths such as {@code metadata.name}; what is not there is the empty string.
 */
final class Fields {
  private static final Pattern DOT = Pattern.compile("\\.");

  private Fields() {}

  static JsonNode at(JsonNode object, String path) {
    JsonNode node = object;
    for (String step : DOT.split(path, 0)) {
      node = node.path(step);
    }
    return node;
  }

  static String text(JsonNode object, String path) {
    return at(object, path).asText("");
  }

  static String text(JsonNode object, String path, String otherwise) {
    String text = text(object, path);
    return text.isEmpty() ? otherwise : text;
  }

  static List<String> texts(JsonNode object, String path) {
    List<String> all = new ArrayList<>();
    at(object, path).forEach(each -> all.add(each.asText()));
    return all;
  }

  /** Tells the entries of a map in their order. */
  static void entries(JsonNode object, String path, BiConsumer<String, String> entry) {
    at(object, path)
        .properties()
        .forEach(e -> entry.accept(e.getKey(), e.getValue().asText(e.getValue().toString())));
  }

  static String name(JsonNode object) {
    return text(object, "metadata.name");
  }

  static String namespace(JsonNode object) {
    return text(object, "metadata.namespace");
  }

  static boolean isBeingDeleted(JsonNode object) {
    return !text(object, "metadata.deletionTimestamp").isEmpty();
  }
}
