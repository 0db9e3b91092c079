package dev.berth.provisioner.admission;

import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Optional;
import java.util.function.Function;

/** Defaults and rules of the API for each kind. */
public final class Admission {
  private Admission() {}

  /**
   * Completes a new object, in place.
   *
   * @throws dev.berth.provisioner.cluster.ClusterException.Invalid with every fault that it has
   */
  public static void admitNew(Kind<?> kind, HasMetadata object) {}

  /**
   * Completes an object that is to replace the stored one, in place.
   *
   * @param classes finds a StorageClass, which says whether its claims may grow
   * @throws dev.berth.provisioner.cluster.ClusterException.Invalid with every fault that it has
   */
  public static void admitChange(
      Kind<?> kind,
      HasMetadata stored,
      HasMetadata next,
      Function<String, Optional<StorageClass>> classes) {}
}
