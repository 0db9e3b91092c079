package dev.berth.provisioner.queue;

import java.time.Duration;

/** How a reconciler leaves a key. */
public sealed interface Outcome {
  /** Nothing is left to do until something changes. */
  record Done() implements Outcome {}

  /** Look again after this time; not a failure. */
  record Again(Duration after) implements Outcome {}

  /** It failed; the key comes again after its backoff. */
  record Failed(String why) implements Outcome {}

  /** Nothing is left to do. */
  static Outcome done() {
    return new Done();
  }

  /** Look again after this time. */
  static Outcome again(Duration after) {
    return new Again(after);
  }

  /** It failed, for this reason. */
  static Outcome failed(String why) {
    return new Failed(why);
  }
}
