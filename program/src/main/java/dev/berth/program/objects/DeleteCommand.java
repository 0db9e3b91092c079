package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.objects.Manifests.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code berth delete}. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth delete pod web",
      "  berth delete pod/web pvc/data --wait",
      "  berth delete -f deploy/examples/quickstart.yaml     (the last object first)"
    },
    description =
        "Deletes objects. What still uses or protects one keeps it, marked, until that is gone.")
public final class DeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();
  @Mixin private NamespaceOption namespace = new NamespaceOption();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE|DIR|-",
      description = "Deletes what these manifests name.")
  private List<String> files = List.of();

  @Option(names = "--wait", description = "Returns when the objects are gone, not only marked.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long --wait waits for one object (default: ${DEFAULT-VALUE}).")
  private long timeout = 60;

  @Option(names = "--ignore-not-found", description = "What is not there counts as deleted.")
  private boolean ignoreNotFound;

  @Parameters(arity = "0..*", paramLabel = "KIND NAME…", description = "What to delete.")
  private List<String> words = List.of();

  private record Target(Resource resource, String namespace, String name) {
    Request request(Verb verb) {
      return Request.of(verb, resource.kind(), namespace, name);
    }

    @Override
    public String toString() {
      return resource.label() + "/" + name;
    }
  }

  @Override
  public Integer call() {
    List<Target> targets = files.isEmpty() ? named() : ofFiles();
    ControlClient client = root.client();
    List<String> refusals = new ArrayList<>();
    List<Target> deleted = new ArrayList<>();
    for (Target target : targets) {
      try {
        client.ask(target.request(Verb.DELETE), _ -> deleted.add(target));
        spec.commandLine().getOut().println(target + " deleted");
      } catch (Refusal refusal) {
        if (!(ignoreNotFound && refusal.reason().equals(Refusal.NOT_FOUND))) {
          refusals.add(String.valueOf(refusal.getMessage()));
        }
      }
    }
    if (wait) {
      deleted.forEach(target -> awaitGone(client, target));
    }
    if (!refusals.isEmpty()) {
      throw new Fault(String.join("\nberth: ", refusals));
    }
    return CommandLine.ExitCode.OK;
  }

  private List<Target> named() {
    try {
      if (words.isEmpty()) {
        throw new Reference.Unclear("name what to delete, KIND NAME, or a manifest with -f");
      }
      List<Target> targets = new ArrayList<>();
      for (Reference reference : Reference.parse(words)) {
        if (reference.name().isEmpty()) {
          throw new Reference.Unclear(
              "name the "
                  + reference.resource().plural()
                  + " to delete; all of a kind at once is not offered");
        }
        targets.add(
            new Target(reference.resource(), namespace.of(reference.resource()), reference.name()));
      }
      return targets;
    } catch (Reference.Unclear unclear) {
      throw new ParameterException(spec.commandLine(), unclear.getMessage(), unclear);
    }
  }

  private List<Target> ofFiles() {
    if (!words.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "give either KIND NAME or -f, not both");
    }
    List<Target> targets = new ArrayList<>();
    // What was made last is deleted first: a pod before the claim that it uses.
    for (Manifest manifest : Manifests.read(files, System.in).reversed()) {
      JsonNode object = ApplyCommand.namespaced(manifest.object(), namespace);
      String kind = Fields.text(object, "kind");
      Resource resource =
          Resource.ofKind(kind)
              .orElseThrow(
                  () ->
                      new Fault(
                          manifest.where()
                              + ": unknown kind "
                              + kind
                              + "; known: "
                              + Resource.known()));
      targets.add(new Target(resource, Fields.namespace(object), Fields.name(object)));
    }
    return targets;
  }

  private void awaitGone(ControlClient client, Target target) {
    CompletableFuture<Void> gone =
        CompletableFuture.runAsync(() -> client.ask(target.request(Verb.AWAIT_GONE), _ -> {}));
    try {
      gone.get(timeout, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new Fault(
          target
              + " is marked but not gone after "
              + timeout
              + " s; berth describe says what it waits for",
          e);
    } catch (ExecutionException e) {
      throw new Fault(target + ": " + Objects.requireNonNullElse(e.getCause(), e).getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fault("interrupted while it waited for " + target, e);
    }
  }
}
