package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.terminal.Style;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code berth describe}. */
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth describe pod web        where each volume is mounted, and why one is not",
      "  berth describe pvc data       what it waits for, in its events",
      "  berth describe pvc/data pod/web"
    },
    description =
        "Shows an object with its events; a pod with where each of its volumes is mounted.")
public final class DescribeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();
  @Mixin private NamespaceOption namespace = new NamespaceOption();

  @Parameters(
      arity = "1..*",
      paramLabel = "KIND [NAME…]",
      description = "Such as pvc data, pod/web.")
  private List<String> words = List.of();

  @Override
  public Integer call() {
    ControlClient client = root.client();
    PrintWriter out = spec.commandLine().getOut();
    List<String> refusals = new ArrayList<>();
    boolean first = true;
    for (Reference reference : references()) {
      String where = namespace.of(reference.resource());
      try {
        for (JsonNode object :
            client.list(
                Request.of(Verb.GET, reference.resource().kind(), where, reference.name()))) {
          if (!first) {
            out.println();
            out.println();
          }
          first = false;
          out.println(
              new Description(client, Style.ofStandardOutput(), Clock.systemUTC())
                  .of(reference.resource(), object));
        }
      } catch (Refusal refusal) {
        refusals.add(String.valueOf(refusal.getMessage()));
      }
    }
    if (!refusals.isEmpty()) {
      throw new Fault(String.join("\nberth: ", refusals));
    }
    return CommandLine.ExitCode.OK;
  }

  private List<Reference> references() {
    try {
      return Reference.parse(words);
    } catch (Reference.Unclear unclear) {
      throw new ParameterException(spec.commandLine(), unclear.getMessage(), unclear);
    }
  }
}
