package dev.berth.provisioner.simulation;

/**
 * Something that must never be.
 *
 * @param rule the invariant, the same for the same kind of bug
 * @param what what was seen
 */
record Violation(String rule, String what) {
  @Override
  public String toString() {
    return rule + ": " + what;
  }
}
