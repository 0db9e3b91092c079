package dev.berth.e2e.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.e2e.harness.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The kubectl that came with the cluster, with its credentials. */
final class Kubectl {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path folder;

  /**
   * @param folder where the cluster keeps its files
   */
  Kubectl(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs {@code kubectl <arguments>}.
   *
   * @return what it printed
   * @throws IllegalStateException when it fails, with what it said
   */
  String run(String... arguments) {
    return run(PATIENCE, List.of(arguments));
  }

  /** Like {@link #run(String...)}, with another deadline than two minutes. */
  String run(Duration deadline, List<String> arguments) {
    Shell.Answer answer = ask(deadline, arguments);
    if (answer.exit() != 0) {
      throw new IllegalStateException(
          "kubectl " + String.join(" ", arguments) + ": " + answer.output());
    }
    return answer.output();
  }

  /** Runs it and returns whatever it answered. */
  Shell.Answer ask(String... arguments) {
    return ask(PATIENCE, List.of(arguments));
  }

  private Shell.Answer ask(Duration deadline, List<String> arguments) {
    return Shell.ask(deadline, command(arguments).toArray(String[]::new));
  }

  /** Starts {@code kubectl <arguments>}, which ends when it is told to; its output can be read. */
  Process start(String... arguments) {
    try {
      return new ProcessBuilder(command(List.of(arguments)))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                folder.resolve("binaries/bin/kubectl").toString(),
                "--kubeconfig=" + folder.resolve("kubeconfig")));
    command.addAll(arguments);
    return command;
  }

  /** Applies a manifest. */
  void apply(String namespace, String manifest) {
    send("apply", namespace, manifest);
  }

  /** Creates what is in a manifest, with one request for each object. */
  void create(String namespace, String manifest) {
    send("create", namespace, manifest);
  }

  private void send(String verb, String namespace, String manifest) {
    try {
      Path file = Files.createTempFile("manifest", ".yaml");
      try {
        Files.writeString(file, manifest);
        run("-n", namespace, verb, "-f", file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code kubectl get <arguments> -o json} prints. */
  JsonNode get(String... arguments) {
    List<String> all = new ArrayList<>(List.of("get", "-o", "json"));
    all.addAll(List.of(arguments));
    String text = run(PATIENCE, all);
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kubectl " + all + " printed no JSON: " + text, e);
    }
  }

  /** The items of a list. */
  List<JsonNode> list(String... arguments) {
    return StreamSupport.stream(get(arguments).get("items").spliterator(), false).toList();
  }

  /**
   * Reason and message of each event on an object; those on an object without a namespace are in
   * namespace {@code default}.
   */
  List<String> events(String namespace, String object) {
    return list("-n", namespace, "events", "--field-selector=involvedObject.name=" + object)
        .stream()
        .map(event -> event.path("reason").asText() + ": " + event.path("message").asText())
        .toList();
  }
}
