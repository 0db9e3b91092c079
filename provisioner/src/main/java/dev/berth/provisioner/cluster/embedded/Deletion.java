package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.InstantSource;
import java.util.Set;

/**
 * How an object goes: at once, or marked and waiting for its finalizers. There is no grace for
 * pods: whoever mounts their volumes holds them by a finalizer.
 */
final class Deletion {
  /**
   * Without them nothing works: the first is where manifests go, the uid of the second is the
   * cluster's identity.
   */
  static final Set<String> KEPT_NAMESPACES = Set.of("default", "kube-system");

  private final InstantSource clock;

  Deletion(InstantSource clock) {
    this.clock = clock;
  }

  <T extends HasMetadata> void delete(Batch batch, Kind<T> kind, Key key, Preconditions asked) {
    T stored = Writes.require(batch, kind, key);
    check(kind, stored.getMetadata(), asked);
    if (kind.equals(Kind.NAMESPACE)) {
      requireUnused(batch, key.name());
    }
    if (stored.getMetadata().getFinalizers().isEmpty()) {
      batch.remove(kind, stored);
      return;
    }
    if (stored.getMetadata().getDeletionTimestamp() != null) {
      return; // it is going already
    }
    T next = Json.copy(kind, stored);
    ObjectMeta meta = next.getMetadata();
    meta.setDeletionTimestamp(Writes.timestamp(clock.instant()));
    meta.setDeletionGracePeriodSeconds(0L);
    if (meta.getGeneration() != null) {
      meta.setGeneration(meta.getGeneration() + 1);
    }
    batch.put(kind, next);
  }

  private static void check(Kind<?> kind, ObjectMeta have, Preconditions asked) {
    if (asked.uid().isPresent() && !asked.uid().get().equals(have.getUid())) {
      throw new ClusterException.Conflict(
          kind,
          have.getName(),
          "the UID in the precondition ("
              + asked.uid().get()
              + ") does not match the UID in record ("
              + have.getUid()
              + "); the object might have been deleted and then recreated");
    }
    if (asked.resourceVersion().isPresent()
        && !asked.resourceVersion().get().equals(have.getResourceVersion())) {
      throw new ClusterException.Conflict(
          kind,
          have.getName(),
          "the ResourceVersion in the precondition ("
              + asked.resourceVersion().get()
              + ") does not match the ResourceVersion in record ("
              + have.getResourceVersion()
              + "); the object might have been modified");
    }
  }

  private static void requireUnused(Batch batch, String namespace) {
    if (KEPT_NAMESPACES.contains(namespace)) {
      throw new ClusterException.Invalid(
          "namespaces \"" + namespace + "\" is forbidden: this namespace may not be deleted");
    }
    batch
        .anythingIn(namespace)
        .ifPresent(
            held -> {
              throw new ClusterException.Conflict(
                  Kind.NAMESPACE,
                  namespace,
                  "it still holds " + held + "; delete what is in it first");
            });
  }
}
