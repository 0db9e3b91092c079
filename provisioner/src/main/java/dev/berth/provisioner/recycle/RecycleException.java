package dev.berth.provisioner.recycle;

import java.io.Serial;

/** A volume could not be emptied. */
public final class RecycleException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /** What stays, and why. */
  public RecycleException(String why) {
    super(why);
  }

  /** What stays, and why. */
  public RecycleException(String why, Throwable cause) {
    super(why, cause);
  }

  /** What stays, and why. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
