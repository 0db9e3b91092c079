package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * What must hold of an object for it to be deleted.
 *
 * @param uid the uid it must have
 * @param resourceVersion the version it must have
 */
public record Preconditions(Optional<String> uid, Optional<String> resourceVersion) {
  /** Nothing is asked. */
  public static final Preconditions NONE = new Preconditions(Optional.empty(), Optional.empty());

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
}
