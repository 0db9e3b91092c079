package dev.berth.program.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Style.Tone;
import dev.berth.program.terminal.Table;
import dev.berth.program.terminal.Table.Cell;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code berth pool}. */
@Command(
    name = "pool",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  berth pool", "  berth pool -o yaml"},
    description = {
      "Shows how full the pools of this machine are; on a terminal with a bar for each.",
      "USED is data, PROMISED what volumes, snapshots and trash may claim, VOLUMES their sizes together:"
          + " above USED, they are thin.",
      "Blocks that snapshots and copies share count with each in USED, and once in AVAILABLE."
    })
public final class PoolCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    ArrayNode pools = Asking.all(root.daemon(), Verb.POOLS, "");
    PrintWriter out = spec.commandLine().getOut();
    if (output.print(out, pools)) {
      return CommandLine.ExitCode.OK;
    }
    Style style = Style.ofStandardOutput();
    Table table =
        new Table(
            "POOL",
            "STATE",
            "SIZE",
            "USED",
            "PROMISED",
            "AVAILABLE",
            "VOLUMES",
            "SNAPSHOTS",
            "TRASH",
            "DIRECTORY");
    pools.forEach(pool -> table.row(row(pool)));
    table.lines(style, true).forEach(out::println);
    for (JsonNode pool : pools) {
      detail(out, pool, style);
    }
    return CommandLine.ExitCode.OK;
  }

  private static List<Cell> row(JsonNode pool) {
    boolean ready = Asking.text(pool, "state").equals("ready");
    return List.of(
        Cell.of(Asking.text(pool, "pool")),
        new Cell(Asking.text(pool, "state"), ready ? Tone.GOOD : Tone.BAD),
        size(pool, "size"),
        size(pool, "used"),
        size(pool, "promised"),
        size(pool, "available"),
        several(pool, "volumes"),
        several(pool, "snapshots"),
        several(pool, "trash"),
        Cell.of(Asking.text(pool, "directory")));
  }

  private static Cell size(JsonNode pool, String field) {
    return Cell.of(pool.has(field) ? Human.size(pool.path(field).asLong()) : "");
  }

  /** {@code 3 (960Mi)}. */
  private static Cell several(JsonNode pool, String field) {
    JsonNode sum = pool.path(field);
    String sizes = field.equals("volumes") ? "size" : "used";
    return Cell.of(
        sum.isMissingNode()
            ? ""
            : sum.path("count").asLong() + " (" + Human.size(sum.path(sizes).asLong()) + ")");
  }

  /** A pool that is not there says why; on a terminal the others get a bar. */
  private static void detail(PrintWriter out, JsonNode pool, Style style) {
    String name = Asking.text(pool, "pool");
    if (pool.has("why")) {
      out.println(style.paint(Tone.BAD, name + " is missing") + ": " + Asking.text(pool, "why"));
      return;
    }
    if (Style.isTerminal(1)) {
      long size = pool.path("size").asLong();
      long used = pool.path("used").asLong();
      long promised = pool.path("promised").asLong();
      out.println();
      out.println(
          name
              + " "
              + Bar.of(size, used, promised, style)
              + " "
              + Bar.percent(used, size)
              + " used, "
              + Bar.percent(promised, size)
              + " promised of "
              + Human.size(size));
    }
    if (pool.path("damaged").asInt() > 0) {
      out.println(
          style.paint(Tone.BAD, pool.path("damaged").asInt() + " damaged")
              + ": berth volumes names them");
    }
  }
}
