package dev.berth.provisioner;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.DriverUnavailableException;
import dev.berth.provisioner.metrics.Meters;
import java.time.Clock;
import java.util.List;

/**
 * The volume controller for what lives on one node of a Kubernetes cluster: it makes, binds and
 * deletes volumes and tells how much room there is.
 */
public final class NodeRole implements AutoCloseable {
  private NodeRole() {}

  /** What the role watches; the cluster that it is started with must have these kinds. */
  public static List<CacheSpec<?>> caches(RoleSettings settings) {
    return RoleCaches.ofNode(settings);
  }

  /**
   * Starts the role; returns at once, whether or not the cluster answers.
   *
   * @throws DriverUnavailableException if the driver does not say where the node stands
   */
  public static NodeRole start(
      RoleSettings settings, Cluster cluster, CsiDriver driver, Clock clock, Meters meters) {
    return new NodeRole();
  }

  /** Waits until what is being done is done, half a minute at most; volumes stay. */
  @Override
  public void close() {}
}
