package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.terminal.Style;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code berth get}. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth get pvc",
      "  berth get pvc,pv,pods -A",
      "  berth get pod web -o yaml",
      "  berth get pvc -w"
    },
    description = "Shows objects: a kind, several kinds, or single ones.")
public final class GetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();
  @Mixin private NamespaceOption namespace = new NamespaceOption();

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Objects of every namespace.")
  private boolean everywhere;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|wide|json|yaml|name",
      description = "How to print them (default: table).")
  private Output output = Output.TABLE;

  @Option(
      names = {"-w", "--watch"},
      description = "Then shows every change, until interrupted; one kind at a time.")
  private boolean watch;

  @Parameters(
      arity = "1..*",
      paramLabel = "KIND [NAME…]",
      description = "Such as pvc, pv, sc, pod; or KIND/NAME.")
  private List<String> words = List.of();

  @Override
  public Integer call() {
    List<Reference> references = references();
    PrintWriter out = spec.commandLine().getOut();
    Printer printer = new Printer(out, output, Style.ofStandardOutput(), Clock.systemUTC());
    Map<Resource, List<JsonNode>> found = new LinkedHashMap<>();
    List<String> refusals = new ArrayList<>();
    for (Reference reference : references) {
      try {
        found
            .computeIfAbsent(reference.resource(), _ -> new ArrayList<>())
            .addAll(objects(reference));
      } catch (Refusal refusal) {
        refusals.add(refusal.getMessage());
      }
    }
    print(printer, found, references);
    if (watch && refusals.isEmpty()) {
      new Watching(printer, out, output, everywhere)
          .run(root.client(), request(Verb.WATCH, references.getFirst()), found);
    }
    if (!refusals.isEmpty()) {
      throw new Fault(String.join("\nberth: ", refusals));
    }
    return CommandLine.ExitCode.OK;
  }

  private List<Reference> references() {
    try {
      List<Reference> references = Reference.parse(words);
      if (watch && references.size() != 1) {
        throw new Reference.Unclear("-w watches one kind or one object, not " + references.size());
      }
      return references;
    } catch (Reference.Unclear unclear) {
      throw new ParameterException(spec.commandLine(), unclear.getMessage(), unclear);
    }
  }

  private List<JsonNode> objects(Reference reference) {
    List<JsonNode> all = root.client().list(request(Verb.GET, reference));
    return reference.resource() == Resource.EVENT
        ? all.stream().sorted(EventsCommand.BY_TIME).toList()
        : all;
  }

  private Request request(Verb verb, Reference reference) {
    String where =
        everywhere && reference.name().isEmpty() ? "" : namespace.of(reference.resource());
    return Request.of(verb, reference.resource().kind(), where, reference.name());
  }

  private void print(
      Printer printer, Map<Resource, List<JsonNode>> found, List<Reference> references) {
    List<JsonNode> all = found.values().stream().flatMap(List::stream).toList();
    if (output != Output.TABLE && output != Output.WIDE) {
      boolean alone = references.size() == 1 && !references.getFirst().name().isEmpty();
      if (!all.isEmpty() || !alone) {
        printer.objects(all, alone);
      }
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    boolean first = true;
    for (Map.Entry<Resource, List<JsonNode>> kind : found.entrySet()) {
      if (kind.getValue().isEmpty()) {
        continue;
      }
      if (!first) {
        out.println();
      }
      first = false;
      boolean withNamespace = everywhere && kind.getKey().isNamespaced();
      printer
          .table(kind.getKey(), kind.getValue(), withNamespace, found.size() > 1)
          .forEach(out::println);
    }
    if (all.isEmpty() && !watch && references.stream().allMatch(r -> r.name().isEmpty())) {
      boolean scoped =
          references.stream().anyMatch(r -> r.resource().isNamespaced()) && !everywhere;
      spec.commandLine()
          .getErr()
          .println(
              "No resources found" + (scoped ? " in " + namespace.name() + " namespace." : "."));
    }
  }
}
