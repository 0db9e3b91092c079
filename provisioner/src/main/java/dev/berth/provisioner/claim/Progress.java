package dev.berth.provisioner.claim;

import dev.berth.provisioner.queue.Outcome;

/** What became of a step. */
sealed interface Progress {
  /** Something changed; this is how things are now. */
  record Changed(Seen seen) implements Progress {}

  /** Enough for this time. */
  record Ended(Outcome outcome) implements Progress {}
}
