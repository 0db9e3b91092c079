package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.terminal.Style.Tone;
import dev.berth.program.terminal.Table.Cell;
import java.util.function.Function;

/**
 * One column of a table of objects.
 *
 * @param wide whether only {@code -o wide} shows it
 */
record Column(String heading, Function<JsonNode, Cell> cell, boolean wide) {
  static Column of(String heading, String path) {
    return new Column(heading, o -> Cell.of(Fields.text(o, path)), false);
  }

  static Column of(String heading, Function<JsonNode, String> text) {
    return new Column(heading, o -> Cell.of(text.apply(o)), false);
  }

  /** A column whose colour says whether all is well. */
  static Column status(String heading, Function<JsonNode, String> text) {
    return new Column(heading, o -> painted(text.apply(o)), false);
  }

  Column onlyWide() {
    return new Column(heading, cell, true);
  }

  private static Cell painted(String status) {
    return new Cell(status, tone(status));
  }

  /** The tone of a phase or reason. */
  static Tone tone(String status) {
    return switch (status) {
      case "true",
          "Bound",
          "Available",
          "Running",
          "Succeeded",
          "VolumesMounted",
          "Ready",
          "Active" ->
          Tone.GOOD;
      case "false", "Pending", "Released", "ContainerCreating", "Unknown" -> Tone.WAITING;
      case "Lost", "Failed", "Terminating", "Warning", "NotReady" -> Tone.BAD;
      default -> Tone.PLAIN;
    };
  }
}
