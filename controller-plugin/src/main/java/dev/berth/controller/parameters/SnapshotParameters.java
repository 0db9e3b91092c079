package dev.berth.controller.parameters;

import dev.berth.storage.CreateRequest;
import dev.berth.storage.VolumeException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters of a VolumeSnapshotClass or VolumeGroupSnapshotClass.
 *
 * @param maxFreeze for how long the volumes may stand still where their blocks cannot be shared
 * @param own those that a person wrote, as given: what makes two requests differ
 */
public record SnapshotParameters(Duration maxFreeze, Map<String, String> own) {
  /** What the snapshot controller of Kubernetes adds when it is told to; for people alone. */
  private static final Set<String> OF_KUBERNETES =
      Set.of(
          "csi.storage.k8s.io/volumesnapshot/name",
          "csi.storage.k8s.io/volumesnapshot/namespace",
          "csi.storage.k8s.io/volumesnapshotcontent/name",
          "csi.storage.k8s.io/volumegroupsnapshot/name",
          "csi.storage.k8s.io/volumegroupsnapshot/namespace",
          "csi.storage.k8s.io/volumegroupsnapshotcontent/name");

  public SnapshotParameters {
    own = Map.copyOf(own);
  }

  /**
   * Reads the parameters of a request.
   *
   * @throws VolumeException.Invalid for an unknown key or a value that it does not take
   */
  public static SnapshotParameters parse(Map<String, String> given) {
    Map<String, String> own =
        given.entrySet().stream()
            .filter(e -> !OF_KUBERNETES.contains(e.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    String unknown =
        own.keySet().stream()
            .filter(key -> !key.equals(ClassParameter.MAX_FREEZE.key()))
            .sorted()
            .map(key -> "parameters." + key)
            .collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      throw new VolumeException.Invalid(
          "%s: not known; snapshots of this driver take %s only, leave the rest out of the class"
              .formatted(unknown, ClassParameter.MAX_FREEZE.key()));
    }
    return new SnapshotParameters(
        ClassParameters.maxFreeze(given).orElse(CreateRequest.DEFAULT_MAX_FREEZE), own);
  }
}
