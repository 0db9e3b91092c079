package dev.berth.program;

/**
 * A command that cannot be carried out: the message is for the person who typed it, the exit code
 * is 1.
 */
public final class Fault extends RuntimeException {
  public Fault(String message) {
    super(message);
  }

  public Fault(String message, Throwable cause) {
    super(message, cause);
  }
}
