package dev.berth.provisioner.secret;

/** A secret that a call needs cannot be read; the message says which and why. */
public final class UnreadableSecretException extends RuntimeException {
  private final String why;

  UnreadableSecretException(String why) {
    super(why);
    this.why = why;
  }

  /** The message. */
  public String why() {
    return why;
  }
}
