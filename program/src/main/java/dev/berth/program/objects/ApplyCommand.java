package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.RootOption;
import dev.berth.program.objects.Manifests.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code berth apply}. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth apply -f deploy/examples/quickstart.yaml",
      "  berth apply -f manifests/ -n shop",
      "  berth get pvc data -o yaml | sed s/320Mi/640Mi/ | berth apply -f -"
    },
    description =
        "Creates objects, or changes them to what the manifests say. Every manifest is read before the first is applied.")
public final class ApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();
  @Mixin private NamespaceOption namespace = new NamespaceOption();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE|DIR|-",
      description =
          "A manifest (YAML or JSON), a folder of them, or - for standard input; may be repeated.")
  private List<String> files = List.of();

  @Override
  public Integer call() {
    List<Manifest> manifests = Manifests.read(files, System.in);
    ControlClient client = root.client();
    List<String> refusals = new ArrayList<>();
    for (Manifest manifest : manifests) {
      try {
        client.ask(
            Request.apply(namespaced(manifest.object(), namespace)),
            item ->
                spec.commandLine()
                    .getOut()
                    .println(
                        Printer.label(item.object())
                            + "/"
                            + Fields.name(item.object())
                            + " "
                            + item.what()));
      } catch (Refusal refusal) {
        refusals.add(manifest.where() + ": " + refusal.getMessage());
      }
    }
    if (!refusals.isEmpty()) {
      throw new Fault(String.join("\nberth: ", refusals));
    }
    return CommandLine.ExitCode.OK;
  }

  /** The object with its namespace: what it says itself, else what the command line says. */
  static JsonNode namespaced(JsonNode object, NamespaceOption namespace) {
    boolean needsOne =
        Fields.namespace(object).isEmpty()
            && Resource.ofKind(Fields.text(object, "kind"))
                .filter(Resource::isNamespaced)
                .isPresent()
            && object.path("metadata").isObject();
    if (!needsOne) {
      return object;
    }
    ObjectNode copy = object.deepCopy();
    ((ObjectNode) copy.get("metadata")).put("namespace", namespace.name());
    return copy;
  }
}
