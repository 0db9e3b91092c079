package dev.berth.program.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.terminal.Ages;
import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Style.Tone;
import dev.berth.program.terminal.Table;
import dev.berth.program.terminal.Table.Cell;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the daemon said.
 *
 * @param volumes those that no PV names
 * @param pools those that are not there
 */
record Report(List<JsonNode> volumes, List<JsonNode> pools) {
  /** Whether there is something that a person should look at, or that is about to go. */
  boolean hasOrphans() {
    return volumes.stream()
        .map(volume -> text(volume, "verdict"))
        .anyMatch(verdict -> verdict.equals("leaked") || verdict.equals("unclaimed"));
  }

  /** A table, then why, volume by volume. */
  List<String> lines(Style style, Instant now) {
    List<String> lines = new ArrayList<>();
    if (volumes.isEmpty()) {
      lines.add("every volume has its PersistentVolume");
    } else {
      lines.addAll(table(now).lines(style, true));
      for (JsonNode volume : volumes) {
        lines.add("");
        lines.add(text(volume, "volume"));
        lines.add("  why:  " + text(volume, "why"));
        lines.add("  then: " + text(volume, "outlook"));
      }
    }
    for (JsonNode pool : pools) {
      lines.add("");
      lines.add(
          style.paint(Tone.BAD, "pool " + text(pool, "pool") + " was not looked through")
              + ": "
              + text(pool, "missing"));
    }
    return lines;
  }

  private Table table(Instant now) {
    Table table = new Table("VOLUME", "POOL", "SIZE", "AGE", "CLAIM", "VERDICT");
    for (JsonNode volume : volumes) {
      String verdict = text(volume, "verdict");
      table.row(
          List.of(
              Cell.of(text(volume, "volume")),
              Cell.of(text(volume, "pool")),
              Cell.of(text(volume, "size")),
              Cell.of(Ages.since(text(volume, "created"), now)),
              Cell.of(text(volume, "claim")),
              new Cell(verdict, tone(verdict))));
    }
    return table;
  }

  private static Tone tone(String verdict) {
    return switch (verdict) {
      case "unclaimed" -> Tone.BAD;
      case "leaked", "waiting" -> Tone.WAITING;
      default -> Tone.GOOD;
    };
  }

  String json() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.putArray("volumes").addAll(volumes);
    all.putArray("pools").addAll(pools);
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
