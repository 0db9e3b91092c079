package dev.berth.program.csi;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolStatus;
import dev.berth.storage.Pools;

/** A pool that comes or goes is an event on the node, where a person looks for it. */
public final class PoolNotices {
  private PoolNotices() {}

  /** Tells of pools that are missing now, and of every change from now on. */
  public static void tell(Pools pools, Cluster cluster, String nodeName) {
    pools.onChange(pool -> tell(cluster, nodeName, pool));
    pools.statuses().stream()
        .filter(pool -> pool.health() instanceof PoolHealth.Missing)
        .forEach(pool -> tell(cluster, nodeName, pool));
  }

  private static void tell(Cluster cluster, String nodeName, PoolStatus pool) {
    cluster
        .get(Kind.NODE, Key.of(nodeName))
        .ifPresent(
            node ->
                cluster.event(
                    switch (pool.health()) {
                      case PoolHealth.Ready ready ->
                          Notice.normal(
                              node,
                              "PoolReady",
                              "pool "
                                  + pool.name()
                                  + " at "
                                  + pool.directory()
                                  + " has "
                                  + ready.available()
                                  + " available");
                      case PoolHealth.Missing missing ->
                          Notice.warning(node, "PoolMissing", missing.why());
                    }));
  }
}
