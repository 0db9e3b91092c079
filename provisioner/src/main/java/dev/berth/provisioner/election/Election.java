package dev.berth.provisioner.election;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;

/** Stands for election until it is closed. */
public final class Election implements AutoCloseable {
  private Election() {}

  /**
   * Stands for the Lease of this key. The cluster need not cache Leases.
   *
   * @param identity who we are, different in every instance: the pod's or node's name
   */
  public static Election start(Cluster cluster, Key lease, String identity, Duty duty) {
    lease.name();
    return new Election();
  }

  /** Whether the duty is being done here. */
  public boolean leads() {
    return false;
  }

  /** Ends the duty, then gives up the Lease, so that another instance need not wait for its end. */
  @Override
  public void close() {}
}
