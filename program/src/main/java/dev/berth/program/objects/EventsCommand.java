package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.terminal.Style;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code berth events}: what happened, oldest first. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  berth events", "  berth events -n default -w"},
    description = "Shows what happened, oldest first, of every namespace unless -n names one.")
public final class EventsCommand implements Callable<Integer> {
  /** Timestamps have whole seconds; within one, the order of writing decides. */
  static final Comparator<JsonNode> BY_TIME =
      Comparator.<JsonNode, String>comparing(
              e -> Fields.text(e, "lastTimestamp", Fields.text(e, "eventTime")))
          .thenComparingLong(e -> Fields.at(e, "metadata.resourceVersion").asLong());

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Only of this namespace.")
  private String namespace = "";

  @Option(
      names = {"-w", "--watch"},
      description = "Then shows new ones, until interrupted.")
  private boolean watch;

  @Override
  public Integer call() {
    ControlClient client = root.client();
    PrintWriter out = spec.commandLine().getOut();
    Printer printer = new Printer(out, Output.TABLE, Style.ofStandardOutput(), Clock.systemUTC());
    List<JsonNode> events =
        client.list(Request.of(Verb.GET, Resource.EVENT.kind(), namespace, "")).stream()
            .sorted(BY_TIME)
            .toList();
    boolean everywhere = namespace.isEmpty();
    if (!events.isEmpty()) {
      printer.table(Resource.EVENT, events, everywhere, false).forEach(out::println);
    } else if (!watch) {
      spec.commandLine()
          .getErr()
          .println("No events" + (everywhere ? "." : " in " + namespace + " namespace."));
    }
    if (watch) {
      new Watching(printer, out, Output.TABLE, everywhere)
          .run(
              client,
              Request.of(Verb.WATCH, Resource.EVENT.kind(), namespace, ""),
              Map.of(Resource.EVENT, events));
    }
    return CommandLine.ExitCode.OK;
  }
}
