package dev.berth.program.objects;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.program.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads manifests, YAML or JSON (which is YAML too), several in a file. */
public final class Manifests {
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /**
   * One object of a manifest.
   *
   * @param where the file, and which of its documents when it has several, for messages
   */
  record Manifest(String where, JsonNode object) {}

  private static final Pattern PLACE = Pattern.compile("line \\d+, column \\d+");

  private Manifests() {}

  /**
   * The objects of files, of every *.yaml, *.yml and *.json of a folder by name, or of standard
   * input for {@code -}. Lists are opened.
   *
   * @throws Fault if one cannot be read, with file, line and column
   */
  static List<Manifest> read(List<String> names, InputStream standardInput) {
    List<Manifest> all = new ArrayList<>();
    for (String name : names) {
      try {
        if (name.equals("-")) {
          parse("standard input", text(standardInput.readAllBytes()), all);
        } else {
          for (Path file : files(Path.of(name))) {
            parse(file.toString(), text(Files.readAllBytes(file)), all);
          }
        }
      } catch (IOException e) {
        throw new Fault("cannot read " + name + ": " + e.getMessage(), e);
      }
    }
    if (all.isEmpty()) {
      throw new Fault("no objects in " + String.join(", ", names));
    }
    return all;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new Fault("the path " + path + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.list(path)) {
      return all.filter(f -> f.getFileName().toString().matches(".*\\.(ya?ml|json)"))
          .sorted()
          .toList();
    }
  }

  /**
   * The objects of one text.
   *
   * @param name what messages call it
   */
  public static List<JsonNode> parse(String name, String text) {
    List<Manifest> all = new ArrayList<>();
    parse(name, text, all);
    return all.stream().map(Manifest::object).toList();
  }

  private static void parse(String file, String text, List<Manifest> all) {
    List<JsonNode> documents = new ArrayList<>();
    try (JsonParser parser = YAML.createParser(text);
        MappingIterator<JsonNode> each = YAML.readerFor(JsonNode.class).readValues(parser)) {
      while (each.hasNextValue()) {
        documents.add(each.nextValue());
      }
    } catch (JsonProcessingException e) {
      throw new Fault("cannot read " + file + ": " + why(e), e);
    } catch (IOException e) {
      throw new Fault("cannot read " + file + ": " + e.getMessage(), e);
    }
    for (int i = 0; i < documents.size(); i++) {
      open(documents.size() == 1 ? file : file + ", document " + (i + 1), documents.get(i), all);
    }
  }

  /**
   * The parser's words on one line, without the quotation that it adds, and the place that it
   * means.
   */
  private static String why(JsonProcessingException e) {
    String words =
        e.getOriginalMessage()
            .lines()
            .filter(line -> !line.startsWith(" "))
            .collect(Collectors.joining(", "));
    List<String> places =
        PLACE.matcher(e.getOriginalMessage()).results().map(MatchResult::group).toList();
    JsonLocation at = e.getLocation();
    if (!places.isEmpty()) {
      return places.getLast() + ": " + words;
    }
    return at == null
        ? words
        : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + words;
  }

  private static void open(String where, JsonNode document, List<Manifest> all) {
    if (document.isNull() || document.isMissingNode()) {
      return; // An empty document, or comments alone.
    }
    if (!document.isObject()) {
      throw new Fault(
          where + ": not an object but " + document.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    if (Fields.text(document, "kind").equals("List")) {
      document.path("items").forEach(item -> open(where, item, all));
      return;
    }
    for (String field : List.of("apiVersion", "kind")) {
      if (Fields.text(document, field).isEmpty()) {
        throw new Fault(where + ": " + field + " is not set");
      }
    }
    all.add(new Manifest(where, document));
  }
}
