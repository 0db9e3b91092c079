package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the secrets are that the node's calls for a volume need. What is in them is read for each
 * call and kept nowhere.
 */
record CsiSecrets(Optional<Key> stage, Optional<Key> publish, Optional<Key> expand) {
  static final CsiSecrets NONE =
      new CsiSecrets(Optional.empty(), Optional.empty(), Optional.empty());

  static CsiSecrets of(CSIPersistentVolumeSource csi) {
    return new CsiSecrets(
        key(csi.getNodeStageSecretRef()),
        key(csi.getNodePublishSecretRef()),
        key(csi.getNodeExpandSecretRef()));
  }

  private static Optional<Key> key(@Nullable SecretReference reference) {
    return Optional.ofNullable(reference).map(r -> Key.of(r.getNamespace(), r.getName()));
  }

  /**
   * Makes a call with what a secret holds.
   *
   * @param what is said first when the secret cannot be read
   * @param field of the PersistentVolume that names it, with a kubelet's word
   */
  static Outcome with(
      Secrets secrets,
      Optional<Key> key,
      String what,
      String field,
      Function<Map<String, String>, Outcome> call) {
    Map<String, String> values;
    try {
      values = secrets.read(key.map(k -> new SecretReference(k.name(), k.namespace())));
    } catch (UnreadableSecretException e) {
      return Outcome.failed(
          what
              + " : fetching "
              + field
              + " "
              + key.map(k -> k.namespace() + "/" + k.name()).orElse("")
              + " failed: "
              + e.why());
    }
    return call.apply(values);
  }
}
