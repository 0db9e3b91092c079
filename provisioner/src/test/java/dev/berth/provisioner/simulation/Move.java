package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import java.time.Duration;

/**
 * One thing that happens in a world. Moves name who makes them, not what they come to, so that a
 * list of moves with some left out is still a list of moves: what cannot be done is passed over.
 */
sealed interface Move {
  /** A worker goes on to where it next stands still; the call that it is about to make ends so. */
  record Go(String worker, Fault fault) implements Move {}

  /** The n-th watcher of a process is told the next change. */
  record Hear(String process, int watcher) implements Move {}

  /** The n-th cache of a process learns the next thing that was written. */
  record See(String process, int cache) implements Move {}

  /** A process is told once more of a claim's objects, as after a lost connection. */
  record Repeat(String process, String claim) implements Move {}

  /** A process is killed and started again. */
  record Kill(String process) implements Move {}

  /** Work of a driver that nobody waits for comes to its end. */
  record Finish(String node, String volume) implements Move {}

  /** Time passes until somebody has something to do. */
  record Wait() implements Move {}

  /** Somebody sets the clock. */
  record SetClock(Duration by) implements Move {}

  /** A person does something. */
  record Want(Wish wish) implements Move {}

  /** kube-controller-manager or kube-scheduler does what is due for an object. */
  record Control(Kind<?> kind, Key key, String node) implements Move {}

  /** A node is away, comes back, or loses its Node object. */
  record Node(String name, State state) implements Move {
    /** What becomes of it. */
    enum State {
      AWAY,
      BACK,
      REMOVED
    }
  }

  /** The admission policy comes into force under which claims are bound directly, or ends. */
  record Guard(boolean inForce) implements Move {}

  /** The node mounts, unmounts or grows for a pod. */
  record Mount(String pod) implements Move {}
}
