package dev.berth.program.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.terminal.Ages;
import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Style.Tone;
import dev.berth.program.terminal.Table;
import dev.berth.program.terminal.Table.Cell;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code berth volumes}. */
@Command(
    name = "volumes",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  berth volumes", "  berth volumes -o json"},
    description = {
      "Shows the volumes in the pools of this machine: whose they are, how large, how much of that is data.",
      "It asks the daemon, berth up or berth serve. What is deleted is shown by berth undelete."
    })
public final class VolumesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    ArrayNode volumes = Asking.all(root.daemon(), Verb.VOLUMES, "");
    PrintWriter out = spec.commandLine().getOut();
    if (output.print(out, volumes)) {
      return CommandLine.ExitCode.OK;
    }
    if (volumes.isEmpty()) {
      out.println("no volume is in the pools of this machine");
      return CommandLine.ExitCode.OK;
    }
    Instant now = Clock.systemUTC().instant();
    Table table = new Table("VOLUME", "POOL", "CLAIM", "SIZE", "USED", "STATE", "AGE");
    for (JsonNode volume : volumes) {
      table.row(row(volume, now));
    }
    table.lines(Style.ofStandardOutput(), true).forEach(out::println);
    return CommandLine.ExitCode.OK;
  }

  private static List<Cell> row(JsonNode volume, Instant now) {
    String state = Asking.text(volume, "state");
    String device = Asking.text(volume, "device");
    boolean damaged = state.equals("damaged");
    Tone tone = damaged ? Tone.BAD : state.equals("attached") ? Tone.GOOD : Tone.PLAIN;
    return List.of(
        Cell.of(Asking.text(volume, "volume")),
        Cell.of(Asking.text(volume, "pool")),
        Cell.of(Asking.text(volume, "claim")),
        Cell.of(damaged ? "" : Human.size(volume.path("size").asLong())),
        Cell.of(damaged ? "" : Human.size(volume.path("used").asLong())),
        new Cell(device.isEmpty() ? state : state + " " + device, tone),
        Cell.of(damaged ? "" : Ages.since(Asking.text(volume, "created"), now)));
  }
}
