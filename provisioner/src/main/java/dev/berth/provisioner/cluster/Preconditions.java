package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * What must hold of an object for it to be deleted, and how it is deleted.
 *
 * @param uid the uid it must have
 * @param resourceVersion the version it must have
 * @param atOnce no grace: {@code gracePeriodSeconds: 0}, by which a node says that a pod's volumes
 *     are unmounted
 */
public record Preconditions(
    Optional<String> uid, Optional<String> resourceVersion, boolean atOnce) {
  /** Nothing is asked. */
  public static final Preconditions NONE = new Preconditions(Optional.empty(), Optional.empty());

  /** Preconditions of a deletion with the usual grace. */
  public Preconditions(Optional<String> uid, Optional<String> resourceVersion) {
    this(uid, resourceVersion, false);
  }

  /** It is still this object, however changed. */
  public static Preconditions sameObject(HasMetadata seen) {
    return new Preconditions(Optional.of(seen.getMetadata().getUid()), Optional.empty());
  }

  /** It is still this object and nothing about it has changed. */
  public static Preconditions unchanged(HasMetadata seen) {
    return new Preconditions(
        Optional.of(seen.getMetadata().getUid()),
        Optional.of(seen.getMetadata().getResourceVersion()));
  }

  /** The same without grace. */
  public Preconditions withoutGrace() {
    return new Preconditions(uid, resourceVersion, true);
  }
}
