package dev.berth.provisioner.csi;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parameters of a StorageClass, taken apart: what is for the controller (prefix {@code
 * csi.storage.k8s.io/}) and what is for the driver.
 *
 * @param fsType the filesystem asked for; empty for the driver's own choice
 * @param secrets where the secrets of its volumes are
 * @param forDriver what CreateVolume gets, sorted
 */
public record ClassParameters(
    String fsType, Map<SecretUse, SecretTemplate> secrets, Map<String, String> forDriver) {
  /** Keys with this prefix never reach the driver as they are. */
  public static final String PREFIX = "csi.storage.k8s.io/";

  private static final String FS_TYPE = PREFIX + "fstype";
  private static final String ANY_NAME = PREFIX + "secret-name";
  private static final String ANY_NAMESPACE = PREFIX + "secret-namespace";
  private static final Set<String> OURS = ours();

  public ClassParameters {
    secrets = Map.copyOf(secrets);
    forDriver = Map.copyOf(forDriver);
  }

  /**
   * Takes the parameters of a class apart.
   *
   * @throws InvalidRequestException if a key with the prefix is not known, or a secret has a name
   *     without a namespace or a namespace without a name
   */
  public static ClassParameters of(Map<String, String> parameters) {
    Map<String, String> forDriver = new TreeMap<>(parameters);
    forDriver.keySet().removeIf(key -> key.startsWith(PREFIX));
    new TreeMap<>(parameters)
        .keySet().stream()
            .filter(key -> key.startsWith(PREFIX) && !OURS.contains(key))
            .findFirst()
            .ifPresent(ClassParameters::refuse);
    return new ClassParameters(
        parameters.getOrDefault(FS_TYPE, ""), secrets(parameters), forDriver);
  }

  /**
   * The secret for a use, of one claim.
   *
   * @throws InvalidRequestException if the class and the claim give no name
   */
  public Optional<SecretReference> secret(
      SecretUse use, PersistentVolumeClaim claim, String volumeName) {
    return Optional.ofNullable(secrets.get(use)).map(template -> template.of(claim, volumeName));
  }

  private static Set<String> ours() {
    Set<String> known = new HashSet<>(Set.of(FS_TYPE, ANY_NAME, ANY_NAMESPACE));
    for (SecretUse use : SecretUse.values()) {
      known.add(use.nameKey());
      known.add(use.namespaceKey());
    }
    return Set.copyOf(known);
  }

  private static Map<SecretUse, SecretTemplate> secrets(Map<String, String> parameters) {
    Map<SecretUse, SecretTemplate> secrets = new EnumMap<>(SecretUse.class);
    for (SecretUse use : SecretUse.values()) {
      template(use, parameters).ifPresent(template -> secrets.put(use, template));
    }
    return secrets;
  }

  private static Optional<SecretTemplate> template(SecretUse use, Map<String, String> parameters) {
    return pair(use, parameters, use.nameKey(), use.namespaceKey())
        .or(
            () ->
                use.formerNameKey()
                    .flatMap(
                        name ->
                            pair(use, parameters, name, use.formerNamespaceKey().orElseThrow())))
        .or(() -> pair(use, parameters, ANY_NAME, ANY_NAMESPACE));
  }

  private static Optional<SecretTemplate> pair(
      SecretUse use, Map<String, String> parameters, String nameKey, String namespaceKey) {
    String name = parameters.getOrDefault(nameKey, "");
    String namespace = parameters.getOrDefault(namespaceKey, "");
    if (name.isEmpty() != namespace.isEmpty()) {
      throw new InvalidRequestException(
          "StorageClass parameter "
              + (name.isEmpty() ? nameKey : namespaceKey)
              + ": missing beside "
              + (name.isEmpty() ? namespaceKey : nameKey)
              + "; a secret needs both");
    }
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(new SecretTemplate(use, name, namespace));
  }

  private static void refuse(String key) {
    throw new InvalidRequestException(
        "StorageClass parameter "
            + key
            + ": unknown; keys that begin with "
            + PREFIX
            + " are reserved, and this version knows csi.storage.k8s.io/fstype and the secrets of"
            + " external-provisioner; remove it from the class");
  }
}
