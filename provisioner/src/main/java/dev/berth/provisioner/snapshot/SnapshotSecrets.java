package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.csi.InvalidRequestException;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters of a snapshot class, taken apart: what is for the driver, and where secrets are.
 *
 * @param prefix {@code snapshotter} or {@code group-snapshotter}
 * @param parameters as the class has them
 */
public record SnapshotSecrets(String prefix, Map<String, String> parameters) {
  private static final String RESERVED = "csi.storage.k8s.io/";
  private static final Pattern TOKEN = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** The names of the objects, which a class may use in the name of a secret. */
  public record Of(String kind, String content, String namespace, String name) {}

  /**
   * What the driver gets.
   *
   * @throws InvalidRequestException if a key with the reserved prefix is not known
   */
  public Map<String, String> forDriver() {
    Map<String, String> rest = new TreeMap<>(parameters);
    List<String> known = List.of(key("name"), key("namespace"), list("name"), list("namespace"));
    rest.keySet().removeAll(known);
    rest.keySet().stream()
        .filter(key -> key.startsWith(RESERVED))
        .findFirst()
        .ifPresent(
            key -> {
              throw new InvalidRequestException(
                  "parameters."
                      + key
                      + ": unknown; keys that begin with "
                      + RESERVED
                      + " are reserved, known here are "
                      + String.join(", ", known)
                      + "; remove it from the class");
            });
    return rest;
  }

  /**
   * The secret for creating and deleting.
   *
   * @throws InvalidRequestException if half of it is missing, or what it gives is no name
   */
  public Optional<SecretReference> secret(Of of) {
    String name = parameters.getOrDefault(key("name"), "");
    String namespace = parameters.getOrDefault(key("namespace"), "");
    if (name.isEmpty() != namespace.isEmpty()) {
      throw new InvalidRequestException(
          "parameters."
              + (name.isEmpty() ? key("name") : key("namespace"))
              + ": missing beside "
              + (name.isEmpty() ? key("namespace") : key("name"))
              + "; a secret needs both");
    }
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SecretReference(
                fill(name, key("name"), of, true), fill(namespace, key("namespace"), of, false)));
  }

  private String key(String half) {
    return RESERVED + prefix + "-secret-" + half;
  }

  private String list(String half) {
    String use = prefix.startsWith("group") ? "-get-secret-" : "-list-secret-";
    return RESERVED + prefix + use + half;
  }

  private static String fill(String template, String key, Of of, boolean ofName) {
    String filled =
        TOKEN
            .matcher(template)
            .replaceAll(t -> Matcher.quoteReplacement(value(t.group(1), key, of, ofName)));
    if (!NAME.matcher(filled).matches()) {
      throw new InvalidRequestException(
          "parameters."
              + key
              + " \""
              + template
              + "\" gives \""
              + filled
              + "\", which is no DNS name; correct the class");
    }
    return filled;
  }

  private static String value(String token, String key, Of of, boolean ofName) {
    if (token.equals(of.kind() + "content.name")) {
      return of.content();
    }
    if (token.equals(of.kind() + ".namespace")) {
      return of.namespace();
    }
    if (ofName && token.equals(of.kind() + ".name")) {
      return of.name();
    }
    throw new InvalidRequestException(
        "parameters."
            + key
            + ": ${"
            + token
            + "} is not known here; use ${"
            + of.kind()
            + "content.name}, ${"
            + of.kind()
            + ".namespace}"
            + (ofName ? " or ${" + of.kind() + ".name}" : ""));
  }
}
