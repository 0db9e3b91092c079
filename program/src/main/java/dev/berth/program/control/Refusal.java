package dev.berth.program.control;

/**
 * What a {@link Handler} throws, and a {@link ControlClient} with it, when the daemon will not do
 * what was asked.
 */
public final class Refusal extends RuntimeException {
  public static final String NOT_FOUND = "NotFound";
  public static final String BAD_REQUEST = "BadRequest";

  private final String reason;

  /**
   * @param reason one of the words of {@link Reply.Refused}
   * @param message one line for people
   */
  public Refusal(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
