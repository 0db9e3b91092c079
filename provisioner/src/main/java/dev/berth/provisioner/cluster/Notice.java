package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;

/**
 * An event to be recorded about an object.
 *
 * @param about the object: kind, namespace, name and uid
 * @param type whether a person should worry
 * @param reason one CamelCase word, upstream's where upstream has one
 * @param message one line for people
 */
public record Notice(ObjectReference about, Type type, String reason, String message) {
  /** The types of events that Kubernetes knows. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String wire;

    Type(String wire) {
      this.wire = wire;
    }

    /** The value in the Event object. */
    public String wire() {
      return wire;
    }
  }

  public Notice {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("an event needs a reason");
    }
  }

  /** Something that went as it should. */
  public static Notice normal(HasMetadata about, String reason, String message) {
    return new Notice(reference(about), Type.NORMAL, reason, message);
  }

  /** Something that a person should know. */
  public static Notice warning(HasMetadata about, String reason, String message) {
    return new Notice(reference(about), Type.WARNING, reason, message);
  }

  private static ObjectReference reference(HasMetadata object) {
    return new ObjectReferenceBuilder()
        .withApiVersion(object.getApiVersion())
        .withKind(object.getKind())
        .withNamespace(object.getMetadata().getNamespace())
        .withName(object.getMetadata().getName())
        .withUid(object.getMetadata().getUid())
        .withResourceVersion(object.getMetadata().getResourceVersion())
        .build();
  }
}
