package dev.berth.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One fact about a protocol: a value for each column of the wire table. What does not apply to a
 * kind of row is {@code -}.
 *
 * @param values one for each of {@link #COLUMNS}, in their order
 */
record WireRow(List<String> values) {
  static final List<String> COLUMNS =
      List.of(
          "kind",
          "container",
          "name",
          "number",
          "members",
          "label",
          "type_class",
          "type",
          "request",
          "response",
          "client_stream",
          "server_stream",
          "oneof",
          "secret",
          "alpha",
          "deprecated");

  /** Every kind of row there is. */
  static final List<String> KINDS =
      List.of(
          "file",
          "package",
          "import",
          "extension",
          "service",
          "rpc",
          "message",
          "field",
          "oneof",
          "enum",
          "enum_value",
          "reserved_range");

  WireRow {
    values = List.copyOf(values);
    if (values.size() != COLUMNS.size()) {
      throw new IllegalArgumentException(
          "row " + values + ": " + values.size() + " columns instead of " + COLUMNS.size());
    }
  }

  /** A row of a kind in a container, with a name, and nothing else yet. */
  static WireRow of(String kind, String container, String name) {
    var values = new ArrayList<>(List.of(kind, container, name));
    while (values.size() < COLUMNS.size()) {
      values.add("-");
    }
    return new WireRow(values);
  }

  /** The row of a tab-separated line. */
  static WireRow parse(String line) {
    return new WireRow(Arrays.asList(line.split("\t", -1)));
  }

  /** The same row with this value in a column. */
  WireRow with(String column, Object value) {
    var changed = new ArrayList<>(values);
    changed.set(COLUMNS.indexOf(column), value.toString());
    return new WireRow(changed);
  }

  /** The same row with {@code yes} or {@code no} in a column. */
  WireRow flag(String column, boolean value) {
    return with(column, value ? "yes" : "no");
  }

  String kind() {
    return values.getFirst();
  }

  /** The values of these columns, with a space between two. */
  String only(String... columns) {
    return Arrays.stream(columns)
        .map(column -> values.get(COLUMNS.indexOf(column)))
        .collect(Collectors.joining(" "));
  }

  /** Only the columns that say something, so that a difference can be read in a failure. */
  @Override
  public String toString() {
    Map<String, String> said = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).equals("-")) {
        said.put(COLUMNS.get(i), values.get(i));
      }
    }
    return said.toString();
  }
}
