package dev.berth.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The table of facts that a protocol is held against: tab-separated, the first line its columns.
 */
final class WireTable {
  private WireTable() {}

  /** The rows of a table on the class path. */
  static List<WireRow> read(String resource) {
    try (var in = WireTable.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(resource + " is not on the class path");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The rows of a table. A line that nothing would be compared with is an error, so that no fact is
   * passed over.
   */
  static List<WireRow> parse(List<String> lines) {
    if (!WireRow.parse(lines.getFirst()).values().equals(WireRow.COLUMNS)) {
      throw new IllegalArgumentException("line 1: not the columns " + WireRow.COLUMNS);
    }
    return IntStream.range(1, lines.size()).mapToObj(i -> row(i + 1, lines.get(i))).toList();
  }

  private static WireRow row(int number, String line) {
    WireRow row = WireRow.parse(line);
    if (!WireRow.KINDS.contains(row.kind())) {
      throw new IllegalArgumentException(
          "line " + number + ": kind " + row.kind() + " is none of " + WireRow.KINDS);
    }
    return row;
  }
}
