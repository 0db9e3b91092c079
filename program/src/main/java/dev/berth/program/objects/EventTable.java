package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.terminal.Ages;
import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Table;
import dev.berth.program.terminal.Table.Cell;
import java.time.InstantSource;
import java.util.List;

/** The events at the end of a description. */
record EventTable(InstantSource clock, Style style) {
  List<String> lines(List<JsonNode> events) {
    if (events.isEmpty()) {
      return List.of();
    }
    Table table = new Table("Type", "Reason", "Age", "From", "Message");
    for (JsonNode event : events) {
      String type = Fields.text(event, "type");
      table.row(
          List.of(
              new Cell(type, Column.tone(type)),
              Cell.of(Fields.text(event, "reason")),
              Cell.of(age(event)),
              Cell.of(
                  Fields.text(
                      event,
                      "source.component",
                      Fields.text(event, "reportingComponent", "berth"))),
              Cell.of(Fields.text(event, "message"))));
    }
    return table.lines(style, true);
  }

  private String age(JsonNode event) {
    String last =
        Ages.since(
            Fields.text(event, "lastTimestamp", Fields.text(event, "eventTime")), clock.instant());
    int count = event.path("count").asInt(1);
    return count > 1 ? last + " (x" + count + ")" : last;
  }
}
