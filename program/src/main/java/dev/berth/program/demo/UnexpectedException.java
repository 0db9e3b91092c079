package dev.berth.program.demo;

/** A step whose outcome is not the expected one. */
final class UnexpectedException extends RuntimeException {
  private final String expected;
  private final String seen;

  UnexpectedException(String expected, String seen) {
    super("expected: " + expected + "; seen: " + seen);
    this.expected = expected;
    this.seen = seen;
  }

  String expected() {
    return expected;
  }

  String seen() {
    return seen;
  }

  /** Throws unless {@code holds}. */
  static void unless(boolean holds, String expected, Object seen) {
    if (!holds) {
      throw new UnexpectedException(expected, String.valueOf(seen));
    }
  }
}
