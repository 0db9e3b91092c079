package dev.berth.provisioner.simulation;

/**
 * Where a controller stands still.
 *
 * @param what what it is about to do, for the trace
 */
record Point(Stage stage, String what) {
  /** What kind of standing it is: that says what can go wrong. */
  enum Stage {
    /** It waits for a key. */
    IDLE,
    /** It is about to read its cache, or has had an answer. */
    CALM,
    /** It is about to read the cluster. */
    LIVE,
    /** It is about to create or delete an object. */
    WRITE,
    /** It is about to replace an object that it has read. */
    REPLACE,
    /** It is about to call the driver. */
    CALL,
    /** The driver is at work. */
    DURING,
    /** The work is done, and nobody has heard of it. */
    ANSWER
  }

  static final Point IDLE = new Point(Stage.IDLE, "waits for a key");

  @Override
  public String toString() {
    return what;
  }
}
