package dev.berth.provisioner.cluster;

import java.util.List;
import java.util.stream.Collectors;

/** A refusal of the cluster, with the message that users of kubectl know. */
public abstract sealed class ClusterException extends RuntimeException {
  private ClusterException(String message) {
    super(message);
  }

  private ClusterException(String message, Throwable cause) {
    super(message, cause);
  }

  /** There is no such object (404). */
  public static final class NotFound extends ClusterException {
    /** In the words of a server. */
    public NotFound(String message) {
      super(message);
    }

    public NotFound(Kind<?> kind, String name) {
      super(kind.resource() + " \"" + name + "\" not found");
    }
  }

  /** The name is taken (409, AlreadyExists). */
  public static final class AlreadyExists extends ClusterException {
    /** In the words of a server. */
    public AlreadyExists(String message) {
      super(message);
    }

    public AlreadyExists(Kind<?> kind, String name) {
      super(kind.resource() + " \"" + name + "\" already exists");
    }
  }

  /** The object is not the one that was read (409, Conflict): read it again and decide again. */
  public static final class Conflict extends ClusterException {
    /** In the words of a server. */
    public Conflict(String message) {
      super(message);
    }

    public Conflict(Kind<?> kind, String name, String why) {
      super("Operation cannot be fulfilled on " + kind.resource() + " \"" + name + "\": " + why);
    }

    /** Somebody has written in between. */
    public static Conflict modified(Kind<?> kind, String name) {
      return new Conflict(
          kind,
          name,
          "the object has been modified; please apply your changes to the latest version and try"
              + " again");
    }
  }

  /** The object or the patch breaks rules of the API (422, or 400 for what cannot be read). */
  public static final class Invalid extends ClusterException {
    // A list of records of strings: serializable when the list is, and never serialized.
    private final transient List<FieldError> causes;

    /** An object with faults in its fields. */
    public Invalid(Kind<?> kind, String name, List<FieldError> causes) {
      super(
          kind.kind()
              + (kind.group().isEmpty() ? "" : "." + kind.group())
              + " \""
              + name
              + "\" is invalid: "
              + text(causes));
      this.causes = List.copyOf(causes);
    }

    /** A request that cannot be carried out as a whole, for example a patch whose test fails. */
    public Invalid(String message) {
      super(message);
      this.causes = List.of();
    }

    /** In the words of a server. */
    public Invalid(String message, List<FieldError> causes) {
      super(message);
      this.causes = List.copyOf(causes);
    }

    /** The faults, in the order of the fields; empty when the request as a whole is at fault. */
    public List<FieldError> causes() {
      return causes;
    }

    private static String text(List<FieldError> causes) {
      String all = causes.stream().map(FieldError::toString).collect(Collectors.joining(", "));
      return causes.size() == 1 ? all : "[" + all + "]";
    }
  }

  /**
   * This process may not do that (401 or 403): the message says which permission is missing. Trying
   * again helps only after somebody has granted it.
   */
  public static final class Forbidden extends ClusterException {
    public Forbidden(String message) {
      super(message);
    }
  }

  /** The cluster does not answer or cannot store: try again later. */
  public static final class Unavailable extends ClusterException {
    public Unavailable(String message) {
      super(message);
    }

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
