package dev.berth.provisioner.csi;

/** What a claim or its class asks cannot be said in CSI; asking again will not help. */
public final class InvalidRequestException extends RuntimeException {
  private final String why;

  /** The message names the field, the value, the rule and what to do. */
  public InvalidRequestException(String why) {
    super(why);
    this.why = why;
  }

  /** The message. */
  public String why() {
    return why;
  }
}
