package dev.berth.provisioner.volume;

import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;

/** What became of a step. */
sealed interface Progress {
  /** The PV was written; this is how it is now. */
  record Changed(PersistentVolume volume) implements Progress {}

  /** Enough for this time. */
  record Ended(Outcome outcome) implements Progress {}
}
