package dev.berth.provisioner.pod;

import java.io.Serial;

/** What a volume is to be filled with is not there, or has no answer on one machine. */
final class LackingException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final String why;

  LackingException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
