package dev.berth.program.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects of the quickstart, through the daemon's control socket as every command sees them.
 */
final class Objects {
  static final String NAMESPACE = "default";
  static final String CLAIM = "PersistentVolumeClaim";
  static final String VOLUME = "PersistentVolume";
  static final String POD = "Pod";

  private final ControlClient client;

  Objects(ControlClient client) {
    this.client = client;
  }

  /** The question that a daemon answers with its node when it is ready. */
  static Request nodes() {
    return Request.of(Verb.GET, "Node", "", "");
  }

  Optional<JsonNode> find(String kind, String name) {
    try {
      return Optional.of(client.list(request(Verb.GET, kind, name)).getFirst());
    } catch (Refusal refusal) {
      if (refusal.reason().equals(Refusal.NOT_FOUND)) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  List<JsonNode> all(String kind) {
    return client.list(Request.of(Verb.GET, kind, "", ""));
  }

  /** Applies a manifest; answers {@code kind name what}. */
  String apply(JsonNode manifest) {
    List<String> told = new ArrayList<>();
    client.ask(
        Request.apply(manifest),
        item ->
            told.add(
                item.object().path("kind").asText()
                    + " "
                    + item.object().path("metadata").path("name").asText()
                    + " "
                    + item.what()));
    return String.join(", ", told);
  }

  void delete(String kind, String name) {
    client.ask(request(Verb.DELETE, kind, name), _ -> {});
    client.ask(request(Verb.AWAIT_GONE, kind, name), _ -> {});
  }

  /** Where the volumes of a pod are: one flat object each. */
  List<JsonNode> mounts(String pod) {
    return client.list(request(Verb.MOUNTS, POD, pod));
  }

  /** The newest event about an object, in one line. */
  String lastEvent(String name) {
    return all("Event").stream()
        .filter(e -> e.path("involvedObject").path("name").asText().equals(name))
        .reduce((_, later) -> later)
        .map(e -> e.path("reason").asText() + ": " + e.path("message").asText())
        .orElse("no event");
  }

  /** The claim's manifest with another size. */
  static JsonNode resized(JsonNode claim, String size) {
    ObjectNode copy = claim.deepCopy();
    ((ObjectNode) copy.at("/spec/resources/requests")).put("storage", size);
    return copy;
  }

  private static Request request(Verb verb, String kind, String name) {
    return Request.of(verb, kind, kind.equals(CLAIM) || kind.equals(POD) ? NAMESPACE : "", name);
  }
}
