package dev.berth.provisioner.csi;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parameters of a StorageClass, taken apart: what is for the controller (prefix {@code
 * csi.storage.k8s.io/}) and what is for the driver.
 *
 * @param fsType the filesystem asked for; empty for the driver's own choice
 * @param forDriver what CreateVolume gets, sorted
 */
public record ClassParameters(String fsType, Map<String, String> forDriver) {
  /** Keys with this prefix never reach the driver as they are. */
  public static final String PREFIX = "csi.storage.k8s.io/";

  private static final String FS_TYPE = PREFIX + "fstype";
  private static final Set<String> SECRETS =
      Set.of(
          "",
          "provisioner-",
          "controller-publish-",
          "node-stage-",
          "node-publish-",
          "controller-expand-",
          "node-expand-",
          "controller-modify-");

  public ClassParameters {
    forDriver = Map.copyOf(forDriver);
  }

  /**
   * Takes the parameters of a class apart.
   *
   * @throws InvalidRequestException if a key with the prefix is not known, or names a secret
   */
  public static ClassParameters of(Map<String, String> parameters) {
    String fsType = "";
    Map<String, String> forDriver = new TreeMap<>();
    for (var parameter : new TreeMap<>(parameters).entrySet()) {
      String key = parameter.getKey();
      if (key.equals(FS_TYPE)) {
        fsType = parameter.getValue();
      } else if (key.startsWith(PREFIX)) {
        throw refused(key);
      } else {
        forDriver.put(key, parameter.getValue());
      }
    }
    return new ClassParameters(fsType, forDriver);
  }

  private static InvalidRequestException refused(String key) {
    String rest = key.substring(PREFIX.length());
    boolean secret =
        SECRETS.stream()
            .anyMatch(
                use -> rest.equals(use + "secret-name") || rest.equals(use + "secret-namespace"));
    if (secret) {
      return new InvalidRequestException(
          "StorageClass parameter "
              + key
              + ": secrets are not supported yet; remove it from the class");
    }
    return new InvalidRequestException(
        "StorageClass parameter "
            + key
            + ": unknown; keys that begin with "
            + PREFIX
            + " are reserved, and this version knows csi.storage.k8s.io/fstype; remove it from the class");
  }
}
