package dev.berth.program.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.control.Refusal;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/** Carries out {@code apply}. What was applied last is kept in kubectl's own annotation. */
final class Applying {
  static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final int ATTEMPTS = 10;

  /**
   * What became of it.
   *
   * @param what {@code created}, {@code configured} or {@code unchanged}
   */
  record Applied(String what, HasMetadata object) {}

  private final Cluster cluster;
  private final StrictReader reader = new StrictReader();
  private final ObjectMapper mapper = new ObjectMapper();

  Applying(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Creates or changes the object that the manifest describes.
   *
   * @throws Refusal if the manifest cannot be read
   * @throws ClusterException if the cluster refuses it
   */
  Applied apply(JsonNode manifest) {
    return apply(StrictReader.kind(manifest), manifest);
  }

  private <T extends HasMetadata> Applied apply(Kind<T> kind, JsonNode manifest) {
    reader.read(kind, manifest);
    String name = manifest.path("metadata").path("name").asText("");
    if (name.isEmpty()) {
      throw new Refusal(
          Refusal.BAD_REQUEST,
          kind.kind() + ": metadata.name is not set; apply needs to know which object it is");
    }
    String namespace =
        kind.namespaced() ? manifest.path("metadata").path("namespace").asText("default") : "";
    ObjectNode wanted = wanted(kind, manifest, namespace);
    ClusterException.Conflict last = ClusterException.Conflict.modified(kind, name);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return once(kind, new Key(namespace, name), wanted);
      } catch (ClusterException.Conflict somebodyWrote) {
        last = somebodyWrote;
      }
    }
    throw last;
  }

  /** The manifest without its status, which is never a user's to say, and with its annotation. */
  private ObjectNode wanted(Kind<?> kind, JsonNode manifest, String namespace) {
    ObjectNode wanted = manifest.deepCopy();
    wanted.remove("status");
    ObjectNode metadata = (ObjectNode) wanted.get("metadata");
    if (kind.namespaced()) {
      metadata.put("namespace", namespace);
    } else {
      metadata.remove("namespace");
    }
    if (kind.equals(Kind.SECRET)) {
      SecretText.encode(wanted);
    }
    String applied = text(kind.equals(Kind.SECRET) ? SecretText.withoutValues(wanted) : wanted);
    JsonNode annotations = metadata.path("annotations");
    ObjectNode own =
        annotations.isObject() ? (ObjectNode) annotations : metadata.putObject("annotations");
    own.put(LAST_APPLIED, applied);
    return wanted;
  }

  private <T extends HasMetadata> Applied once(Kind<T> kind, Key key, ObjectNode wanted) {
    Optional<T> current = cluster.getLive(kind, key);
    if (current.isEmpty()) {
      try {
        return new Applied("created", cluster.create(reader.read(kind, wanted)));
      } catch (ClusterException.AlreadyExists raced) {
        throw ClusterException.Conflict.modified(kind, key.name());
      }
    }
    ObjectNode before = mapper.valueToTree(current.get());
    ObjectNode merged = Merge.apply(before, lastApplied(before), wanted);
    if (merged.equals(before)) {
      return new Applied("unchanged", current.get());
    }
    T after = cluster.replace(read(kind, merged));
    boolean same =
        String.valueOf(after.getMetadata().getResourceVersion())
            .equals(current.get().getMetadata().getResourceVersion());
    return new Applied(same ? "unchanged" : "configured", after);
  }

  private <T extends HasMetadata> T read(Kind<T> kind, ObjectNode tree) {
    try {
      return mapper.treeToValue(tree, kind.type());
    } catch (JsonProcessingException e) {
      throw new Refusal(
          Refusal.BAD_REQUEST, kind.kind() + " cannot be read: " + e.getOriginalMessage());
    }
  }

  private JsonNode lastApplied(ObjectNode object) {
    String text = object.path("metadata").path("annotations").path(LAST_APPLIED).asText("");
    try {
      return text.isEmpty() ? JsonNodeFactory.instance.objectNode() : mapper.readTree(text);
    } catch (JsonProcessingException notOurs) {
      // Somebody wrote the annotation by hand: nothing is known to have been applied.
      return JsonNodeFactory.instance.objectNode();
    }
  }

  private String text(JsonNode tree) {
    try {
      return mapper.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
