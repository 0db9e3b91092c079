package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.FieldError;
import dev.berth.provisioner.cluster.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the API server's Status objects mean. */
final class Refusals {
  private static final int LONGEST_TEXT = 300;

  private Refusals() {}

  /** The refusal in this answer of a request. */
  static ClusterException of(Call call, int code, byte[] body) {
    JsonNode status = status(body);
    return of(call, code, status, message(status, code, body));
  }

  /** The refusal in this answer of a list or watch. */
  static RuntimeException ofWatch(Call call, int code, byte[] body) {
    JsonNode status = status(body);
    return ofWatch(call, code, status, message(status, code, body));
  }

  /** The refusal in an event of a watch, whose object is a Status. */
  static RuntimeException ofWatch(Call call, JsonNode status) {
    int code = status.path("code").asInt();
    return ofWatch(call, code, status, message(status, code, new byte[0]));
  }

  private static RuntimeException ofWatch(Call call, int code, JsonNode status, String message) {
    boolean unknown = code == 410 || reasons(status).anyMatch("ResourceVersionTooLarge"::equals);
    return unknown ? new VersionUnknownException(message) : of(call, code, status, message);
  }

  private static ClusterException of(Call call, int code, JsonNode status, String message) {
    return switch (code) {
      case 400, 405, 406, 413, 415, 422 -> new ClusterException.Invalid(message, causes(status));
      case 401 ->
          new ClusterException.Forbidden(
              message
                  + ": the API server does not accept our credentials; check the service account's"
                  + " token or the kubeconfig");
      case 403 -> new ClusterException.Forbidden(forbidden(call, message));
      case 404 -> new ClusterException.NotFound(message);
      case 409 ->
          status.path("reason").asText().equals("AlreadyExists")
              ? new ClusterException.AlreadyExists(message)
              : new ClusterException.Conflict(message);
      default ->
          new ClusterException.Unavailable(
              "%s %s: the API server answers %d: %s"
                  .formatted(call.verb(), call.resource(), code, message));
    };
  }

  /**
   * A lack of permission says what to grant; quotas and closing namespaces speak for themselves.
   */
  private static String forbidden(Call call, String message) {
    return message.contains(" cannot " + call.verb() + " resource ")
        ? message
            + "; grant \"%s\" on \"%s\" in the role of this account"
                .formatted(call.verb(), call.resource())
        : message;
  }

  private static List<FieldError> causes(JsonNode status) {
    return causesOf(status)
        .filter(cause -> cause.has("field"))
        .map(cause -> new FieldError(cause.path("field").asText(), cause.path("message").asText()))
        .toList();
  }

  private static Stream<String> reasons(JsonNode status) {
    return causesOf(status).map(cause -> cause.path("reason").asText());
  }

  private static Stream<JsonNode> causesOf(JsonNode status) {
    return StreamSupport.stream(status.path("details").path("causes").spliterator(), false);
  }

  private static String message(JsonNode status, int code, byte[] body) {
    String message = status.path("message").asText();
    if (!message.isEmpty()) {
      return message;
    }
    String text = new String(body, StandardCharsets.UTF_8).strip().replace('\n', ' ');
    return text.isEmpty()
        ? "HTTP status " + code
        : text.substring(0, Math.min(LONGEST_TEXT, text.length()));
  }

  private static JsonNode status(byte[] body) {
    try {
      return Json.mapper().readTree(body);
    } catch (IOException _) {
      return MissingNode.getInstance(); // a proxy's page, or plain text: told as it is
    }
  }
}
