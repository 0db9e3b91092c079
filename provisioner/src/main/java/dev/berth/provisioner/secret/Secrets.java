package dev.berth.provisioner.secret;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads secrets. */
public final class Secrets {
  private final Cluster cluster;

  /** Reads the secrets of this cluster. */
  public Secrets(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * The values of a secret; none if there is no reference.
   *
   * @throws UnreadableSecretException if it is not there, may not be read, or is no base64
   */
  public Map<String, String> read(Optional<SecretReference> reference) {
    return reference.map(this::read).orElseGet(Map::of);
  }

  private Map<String, String> read(SecretReference reference) {
    Key key = Key.of(reference.getNamespace(), reference.getName());
    Optional<Secret> secret;
    try {
      secret = cluster.getLive(Kind.SECRET, key);
    } catch (ClusterException e) {
      throw new UnreadableSecretException("error getting secret " + key + ": " + e.getMessage());
    }
    return values(
        key,
        secret.orElseThrow(
            () ->
                new UnreadableSecretException(
                    "error getting secret "
                        + key
                        + ": secrets \""
                        + key.name()
                        + "\" not found; create it, or correct the StorageClass")));
  }

  private static Map<String, String> values(Key key, Secret secret) {
    Map<String, String> values =
        new TreeMap<>(requireNonNullElse(secret.getStringData(), Map.<String, String>of()));
    requireNonNullElse(secret.getData(), Map.<String, String>of())
        .forEach((name, text) -> values.put(name, decode(key, name, text)));
    return values;
  }

  private static String decode(Key key, String name, String text) {
    try {
      return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) { // its message would tell a part of the secret
      throw new UnreadableSecretException("secret " + key + ": data." + name + " is no base64");
    }
  }
}
