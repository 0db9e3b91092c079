package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param verb Kubernetes' verb
 * @param resource the plural, with the subresource
 * @param method HTTP's method
 * @param path the path below the server's address, with its query
 * @param body what is sent, as JSON; empty for nothing
 * @param type the body's media type
 */
record Call(String verb, String resource, String method, String path, String body, String type) {
  static final String JSON = "application/json";
  private static final String STATUS = "/status";
  private static final String NOTHING = "";

  static Call get(Kind<?> kind, Key key) {
    return new Call("get", kind.plural(), "GET", ApiPath.of(kind, key), NOTHING, JSON);
  }

  /** A list or a watch. */
  static Call read(String verb, Kind<?> kind, String path) {
    return new Call(verb, kind.plural(), "GET", path, NOTHING, JSON);
  }

  static Call create(Kind<?> kind, HasMetadata object) {
    String path = ApiPath.of(kind, text(object.getMetadata().getNamespace()));
    return new Call("create", kind.plural(), "POST", path, Json.text(object), JSON);
  }

  static Call update(Kind<?> kind, HasMetadata object) {
    String path = ApiPath.of(kind, Key.of(object));
    return new Call("update", kind.plural(), "PUT", path, Json.text(object), JSON);
  }

  /** A patch in the format {@code json} (RFC 6902) or {@code merge} (RFC 7386). */
  static Call patch(Kind<?> kind, Key key, String format, JsonNode patch, boolean status) {
    return new Call(
        "patch",
        kind.plural() + (status ? STATUS : ""),
        "PATCH",
        ApiPath.of(kind, key) + (status ? STATUS : ""),
        patch.toString(),
        "application/" + format + "-patch+json");
  }

  static Call delete(Kind<?> kind, Key key, JsonNode options) {
    return new Call(
        "delete", kind.plural(), "DELETE", ApiPath.of(kind, key), options.toString(), JSON);
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
