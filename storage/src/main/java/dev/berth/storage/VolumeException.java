package dev.berth.storage;

/**
 * What can go wrong with a volume, one kind for each answer that a caller must give. The message is
 * one line that names the field, the value, the rule and what to do.
 */
public abstract sealed class VolumeException extends RuntimeException {
  private VolumeException(String message) {
    super(message);
  }

  private VolumeException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Never null: every kind is made with a message. */
  @Override
  public final String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** The request itself is wrong, whatever the state of the world. */
  public static final class Invalid extends VolumeException {
    public Invalid(String message) {
      super(message);
    }

    public Invalid(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The volume, snapshot or path that the request names is not there. */
  public static final class NotFound extends VolumeException {
    public NotFound(String message) {
      super(message);
    }

    public NotFound(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Something of that name exists and differs from what was asked for. */
  public static final class Conflict extends VolumeException {
    public Conflict(String message) {
      super(message);
    }

    public Conflict(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Another operation on the same volume is under way; ask again. */
  public static final class Busy extends VolumeException {
    public Busy(String message) {
      super(message);
    }

    public Busy(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The pool has no room for what was asked. */
  public static final class OutOfSpace extends VolumeException {
    public OutOfSpace(String message) {
      super(message);
    }

    public OutOfSpace(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The size or the range that was asked for cannot be had. */
  public static final class OutOfRange extends VolumeException {
    public OutOfRange(String message) {
      super(message);
    }

    public OutOfRange(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The request is right, but the state of the volume or of the node forbids it now. */
  public static final class NotNow extends VolumeException {
    public NotNow(String message) {
      super(message);
    }

    public NotNow(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Nothing was begun, because too much is under way already. */
  public static final class Overloaded extends VolumeException {
    public Overloaded(String message) {
      super(message);
    }

    public Overloaded(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The caller's time is up while the work goes on. */
  public static final class StillRunning extends VolumeException {
    public StillRunning(String message) {
      super(message);
    }

    public StillRunning(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What lies on the disk cannot be trusted: a corrupt record, an image that is missing or cut. */
  public static final class Damaged extends VolumeException {
    public Damaged(String message) {
      super(message);
    }

    public Damaged(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The pool is known, but its directory is not there (a disk that is not mounted). */
  public static final class PoolMissing extends VolumeException {
    public PoolMissing(String message) {
      super(message);
    }

    public PoolMissing(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * A system call that the kernel refused, or a program that could not be run to its end. Callers
   * decide by {@link #errno()}, a name of errno(3) such as {@code ENOSPC}.
   */
  public static final class SystemCallFailed extends VolumeException {
    private final String call;
    private final String errno;

    /**
     * @param call the call's name in section 2 of the manual, for example {@code mount}
     * @param arguments the call's arguments, for people
     * @param errno a name of errno(3)
     * @param meaning what strerror(3) says of it
     */
    public SystemCallFailed(String call, String arguments, String errno, String meaning) {
      super(call + " " + arguments + ": " + errno + " (" + meaning + ")");
      this.call = call;
      this.errno = errno;
    }

    public String call() {
      return call;
    }

    public String errno() {
      return errno;
    }

    public boolean is(String name) {
      return errno.equals(name);
    }
  }
}
