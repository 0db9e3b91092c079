package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.queue.Reconciler;

/** A bug, put between the controllers and what they call. */
interface Plant {
  /** No bug. */
  Plant NONE = new Plant() {};

  /** The cluster as the controllers see it. */
  default Cluster cluster(Cluster real) {
    return real;
  }

  /** The driver as the controllers see it. */
  default DriverChannel.Answers driver(DriverChannel.Answers real) {
    return real;
  }

  /** A controller as its workers see it. */
  default Reconciler<Key> reconciler(Reconciler<Key> real) {
    return real;
  }
}
