package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Cluster;

/** A cluster that several use; whoever closes it closes nothing. */
final class SharedCluster extends Through {
  SharedCluster(Cluster inner) {
    super(inner);
  }

  @Override
  public void close() {
    // the others still need it
  }
}
