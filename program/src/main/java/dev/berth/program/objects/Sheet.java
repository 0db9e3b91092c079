package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.terminal.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Headings on the left and what they say in one column on the right, as describe prints them. */
final class Sheet {
  private record Line(int depth, String heading, String text) {}

  private static final String INDENT = "  ";
  private static final Pattern WORD = Pattern.compile("([a-z0-9])([A-Z])");

  private final Style style;
  private final List<Line> lines = new ArrayList<>();
  private int depth;

  Sheet(Style style) {
    this.style = style;
  }

  /** A heading and its text; an empty text is {@code <none>}. */
  Sheet line(String heading, String text) {
    lines.add(new Line(depth, heading, text.isEmpty() ? "<none>" : text));
    return this;
  }

  /** A heading whose text is the field at a path, left out when there is none. */
  Sheet present(String heading, JsonNode object, String path) {
    String text = Fields.text(object, path);
    return text.isEmpty() ? this : line(heading, text);
  }

  /** A heading over lines that {@code content} adds, indented. */
  Sheet section(String heading, Runnable content) {
    int before = lines.size();
    lines.add(new Line(depth, heading, ""));
    depth++;
    content.run();
    depth--;
    if (lines.size() == before + 1) {
      lines.set(before, new Line(depth, heading, "<none>"));
    }
    return this;
  }

  /** A line as it is, at the left edge of this depth. */
  Sheet verbatim(String text) {
    lines.add(new Line(depth, "", text));
    return this;
  }

  /** The entries of a map, one below the other. */
  Sheet map(String heading, JsonNode object, String path) {
    List<String> entries = new ArrayList<>();
    Fields.entries(object, path, (key, value) -> entries.add(key + "=" + value));
    return several(heading, entries);
  }

  /** Texts one below the other; none is {@code <none>}. */
  Sheet several(String heading, List<String> texts) {
    line(heading, texts.isEmpty() ? "" : texts.getFirst());
    texts.stream().skip(1).forEach(text -> lines.add(new Line(depth, " ", text)));
    return this;
  }

  /** Any tree, for kinds that have no page of their own. */
  Sheet tree(JsonNode node) {
    node.properties()
        .forEach(
            e -> {
              String heading = heading(e.getKey());
              JsonNode value = e.getValue();
              if (value.isObject()) {
                section(heading, () -> tree(value));
              } else if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
                section(heading, () -> value.forEach(this::tree));
              } else if (value.isArray()) {
                line(
                    heading,
                    StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(", ")));
              } else {
                line(heading, value.asText());
              }
            });
    return this;
  }

  /** {@code volumeHandle} as {@code Volume Handle}; what is a key of a map stays as it is. */
  private static String heading(String field) {
    if (field.indexOf('.') >= 0 || field.indexOf('/') >= 0) {
      return field;
    }
    String capital = field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1);
    return WORD.matcher(capital).replaceAll("$1 $2");
  }

  /** The lines, texts aligned among the lines of one section. */
  List<String> lines() {
    int[] widths = new int[1 + lines.stream().mapToInt(Line::depth).max().orElse(0)];
    for (Line line : lines) {
      widths[line.depth()] = Math.max(widths[line.depth()], line.heading().length());
    }
    return lines.stream().map(line -> rendered(line, widths)).toList();
  }

  private String rendered(Line line, int[] widths) {
    String indent = INDENT.repeat(line.depth());
    if (line.heading().isEmpty()) {
      return (indent + line.text()).stripTrailing();
    }
    String heading = line.heading().isBlank() ? " " : line.heading() + ":";
    String gap = " ".repeat(widths[line.depth()] + 3 - heading.length());
    return (indent + heading + gap + style.paint(Column.tone(line.text()), line.text()))
        .stripTrailing();
  }

  @Override
  public String toString() {
    return String.join("\n", lines());
  }
}
