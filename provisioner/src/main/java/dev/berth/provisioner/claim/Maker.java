package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.queue.Outcome;
import java.util.Optional;

/** Makes volumes for claims, and unmakes those that nobody wants any more. */
interface Maker {
  /** Where others make volumes: nothing is ever begun. */
  Maker NONE =
      new Maker() {
        @Override
        public Progress provision(Step.Provision step, Seen seen) {
          throw new IllegalStateException(seen.claim().key() + ": volumes are made by nodes");
        }

        @Override
        public Progress cleanUp(Step.CleanUp step, Seen seen) {
          throw new IllegalStateException(seen.claim().key() + ": volumes are unmade by nodes");
        }

        @Override
        public void settled(Key key) {
          // nothing was begun
        }

        @Override
        public Optional<Outcome> finishForgotten(Key key) {
          return Optional.empty();
        }
      };

  /** Calls CreateVolume and, when it is made, writes the PV. */
  Progress provision(Step.Provision step, Seen seen);

  /** Deletes what CreateVolume may have made for a claim that no longer wants it. */
  Progress cleanUp(Step.CleanUp step, Seen seen);

  /**
   * The claim's volume has its PV, perhaps by a write whose reply was lost: from now on only the
   * PV's policy decides about it.
   */
  void settled(Key key);

  /** Unmakes the volume of a claim that went although its request was open. */
  Optional<Outcome> finishForgotten(Key key);
}
