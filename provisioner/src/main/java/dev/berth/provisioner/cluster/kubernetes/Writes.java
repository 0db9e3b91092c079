package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Optional;

/** Which request carries out a write. Nothing here sends anything. */
final class Writes {
  private static final String VALUE = "value";

  private Writes() {}

  /**
   * The request that makes the stored object this one. An object of which the cache has a part is
   * compared with that part and only the difference is sent, on the condition that nobody has
   * written since.
   *
   * @param cached what the cache has under the object's key
   * @return the request; empty when there is nothing to change
   * @throws ClusterException.Conflict if the cache has another version already
   */
  static <T extends HasMetadata> Optional<Call> replace(
      Kind<T> kind, T object, Optional<T> cached, boolean status) {
    if (!Trimmed.is(object)) {
      return Optional.of(status ? wholeStatus(kind, object) : Call.update(kind, object));
    }
    T before = cached.orElseThrow(() -> gone(kind, object));
    requireSame(kind, before.getMetadata(), object.getMetadata());
    ObjectNode patch = MergePatch.between(part(before, status), part(object, status));
    if (patch.isEmpty()) {
      return Optional.empty();
    }
    patch.withObject("metadata").put("resourceVersion", before.getMetadata().getResourceVersion());
    return Optional.of(Call.patch(kind, Key.of(object), "merge", patch, status));
  }

  /** Not a PUT: with one, most kinds take labels and annotations from the argument too. */
  private static Call wholeStatus(Kind<?> kind, HasMetadata object) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    ObjectMeta meta = object.getMetadata();
    Optional.ofNullable(meta.getUid())
        .ifPresent(uid -> add(patch, "/metadata/uid").put(VALUE, uid));
    Optional.ofNullable(meta.getResourceVersion())
        .ifPresent(version -> add(patch, "/metadata/resourceVersion").put(VALUE, version));
    add(patch, "/status").set(VALUE, Json.tree(object).path("status"));
    return Call.patch(kind, Key.of(object), "json", patch, true);
  }

  private static ObjectNode add(ArrayNode patch, String path) {
    return patch.addObject().put("op", "add").put("path", path);
  }

  private static JsonNode part(HasMetadata object, boolean status) {
    ObjectNode tree = Json.tree(object);
    if (status) {
      return JsonNodeFactory.instance.objectNode().set("status", tree.path("status"));
    }
    tree.remove("status");
    return tree;
  }

  private static ClusterException gone(Kind<?> kind, HasMetadata object) {
    return new ClusterException.NotFound(kind, object.getMetadata().getName());
  }

  private static void requireSame(Kind<?> kind, ObjectMeta before, ObjectMeta object) {
    String version = object.getResourceVersion();
    if (!before.getUid().equals(object.getUid())
        || (version != null && !version.equals(before.getResourceVersion()))) {
      throw ClusterException.Conflict.modified(kind, before.getName());
    }
  }

  static Call delete(Kind<?> kind, Key key, Preconditions preconditions) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    preconditions.uid().ifPresent(uid -> options.withObject("preconditions").put("uid", uid));
    preconditions
        .resourceVersion()
        .ifPresent(v -> options.withObject("preconditions").put("resourceVersion", v));
    return Call.delete(kind, key, options);
  }

  /** Whether an answer shows an object that the server has deleted by now. */
  static boolean hasGone(ObjectMeta meta) {
    Long grace = meta.getDeletionGracePeriodSeconds();
    return meta.getDeletionTimestamp() != null
        && meta.getFinalizers().isEmpty()
        && (grace == null || grace == 0);
  }
}
