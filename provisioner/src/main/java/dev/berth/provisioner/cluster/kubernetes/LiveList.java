package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Selector;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All objects of a kind as the server has them now, in pages, none of which is in memory as a
 * whole. Without a version the list is as new as the store itself
 * (kubernetes.io/docs/reference/using-api/api-concepts, "Semantics for get and list").
 */
record LiveList(ApiConnection connection, Pace pace) {
  <T extends HasMetadata> void each(Kind<T> kind, Consumer<T> each) {
    Map<String, String> parameters = new TreeMap<>(Map.of("limit", Integer.toString(pace.page())));
    String next;
    do {
      next = page(kind, parameters, each).path("continue").asText();
      parameters.put("continue", next);
    } while (!next.isEmpty());
  }

  private <T extends HasMetadata> JsonNode page(
      Kind<T> kind, Map<String, String> parameters, Consumer<T> each) {
    Call call = Call.read("list", kind, ApiPath.of(kind, Selector.ALL, parameters));
    try (InputStream body = new AudibleStream(connection.stream(call), pace.silence())) {
      JsonNode metadata = Frames.list(body, kind.type(), each);
      if (metadata.path("resourceVersion").asText().isEmpty()) {
        throw new IOException("it is no list"); // an empty answer must not look like an empty list
      }
      return metadata;
    } catch (IOException e) {
      throw new ClusterException.Unavailable(
          "list " + kind.plural() + ": the API server's answer broke off: " + e.getMessage(), e);
    } catch (VersionUnknownException e) {
      throw new ClusterException.Unavailable(
          "list " + kind.plural() + ": it took so long that its beginning is forgotten", e);
    }
  }
}
