package dev.berth.program;

import picocli.CommandLine.ExitCode;

/** A command that cannot be carried out: the message is for the person who typed it. */
public final class Fault extends RuntimeException {
  private final int exitCode;

  /** What failed while it was done: exit code 1. */
  public Fault(String message) {
    this(message, ExitCode.SOFTWARE);
  }

  /** What failed while it was done, and why: exit code 1. */
  public Fault(String message, Throwable cause) {
    super(message, cause);
    this.exitCode = ExitCode.SOFTWARE;
  }

  private Fault(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** A command line that cannot be meant, so that nothing was begun: exit code 2. */
  public static Fault ofCommandLine(String message) {
    return new Fault(message, ExitCode.USAGE);
  }

  int exitCode() {
    return exitCode;
  }
}
