package dev.berth.program.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Table;
import dev.berth.program.terminal.Table.Cell;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Prints objects the way {@code -o} says. */
public final class Printer {
  private final PrintWriter out;
  private final Output output;
  private final Style style;
  private final Columns columns;

  Printer(PrintWriter out, Output output, Style style, InstantSource clock) {
    this.out = out;
    this.output = output;
    this.style = style;
    this.columns = new Columns(clock);
  }

  /**
   * A table of objects of one kind.
   *
   * @param withNamespace whether the namespace is the first column
   * @param withKind whether names are written {@code kind/name}
   */
  List<String> table(
      Resource resource, List<JsonNode> objects, boolean withNamespace, boolean withKind) {
    List<Column> shown =
        columns.of(resource).stream().filter(c -> !c.wide() || output == Output.WIDE).toList();
    List<String> headings = new ArrayList<>(shown.stream().map(Column::heading).toList());
    if (withNamespace) {
      headings.addFirst("NAMESPACE");
    }
    Table table = new Table(headings);
    for (JsonNode object : objects) {
      List<Cell> cells = new ArrayList<>(shown.stream().map(c -> c.cell().apply(object)).toList());
      if (withKind && resource != Resource.EVENT) {
        cells.set(0, Cell.of(resource.label() + "/" + cells.getFirst().text()));
      }
      if (withNamespace) {
        cells.addFirst(Cell.of(Fields.namespace(object)));
      }
      table.row(cells);
    }
    return table.lines(style, true);
  }

  /** One object alone is printed as it is, several as a List. */
  void objects(List<JsonNode> objects, boolean alone) {
    switch (output) {
      case NAME -> objects.forEach(o -> out.println(label(o) + "/" + Fields.name(o)));
      case JSON -> out.println(json(alone ? objects.getFirst() : list(objects)));
      case YAML -> out.print(yaml(alone ? objects.getFirst() : list(objects)));
      case TABLE, WIDE -> throw new IllegalStateException("tables are printed kind by kind");
    }
    out.flush();
  }

  static String label(JsonNode object) {
    String kind = Fields.text(object, "kind");
    return Resource.ofKind(kind).map(Resource::label).orElse(kind);
  }

  private static JsonNode list(List<JsonNode> objects) {
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    list.put("apiVersion", "v1").put("kind", "List").putArray("items").addAll(objects);
    return list;
  }

  /** As JSON over several lines. */
  public static String json(JsonNode object) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As YAML. */
  public static String yaml(JsonNode object) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .stringQuotingChecker(new Quoting())
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    try {
      return new YAMLMapper(factory).writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Quotes what another reader might take for a number, a time or a truth value. */
  private static final class Quoting extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1;

    @Override
    public boolean needToQuoteValue(String value) {
      return super.needToQuoteValue(value)
          || (!value.isEmpty() && Character.isDigit(value.charAt(0)));
    }
  }
}
