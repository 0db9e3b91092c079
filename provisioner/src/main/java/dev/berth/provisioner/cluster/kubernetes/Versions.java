package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.ClusterException;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Resource versions as numbers that grow: they are etcd's revisions, and since Kubernetes 1.35 the
 * API promises that they compare.
 */
final class Versions {
  private Versions() {}

  static long of(HasMetadata object) {
    return parse(object.getMetadata().getResourceVersion());
  }

  static long parse(String version) {
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException e) {
      throw new ClusterException.Unavailable(
          "resourceVersion \"%s\" is no number, so this API server's versions do not compare"
              .formatted(version),
          e);
    }
  }
}
