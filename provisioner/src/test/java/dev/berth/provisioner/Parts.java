package dev.berth.provisioner;

import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.claim.Share;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Reconciler;
import dev.berth.provisioner.recycle.Recycler;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The controllers as the program puts them together, for whoever runs them in another way. */
public final class Parts {
  /**
   * One controller.
   *
   * @param reconciler what a worker calls
   * @param workers how many keys it looks at at a time
   */
  public record Part(Controller controller, Reconciler<Key> reconciler, int workers) {}

  private Parts() {}

  /** Those of a machine without Kubernetes, but the volume manager. */
  public static List<Part> alone(Cluster cluster, CsiDriver driver, Clock clock) {
    Settings settings = Settings.of(FakeCsi.NODE, Path.of("/"));
    var ports = new VolumeController.Ports(cluster, driver, Recycler.NONE, clock);
    return parts(VolumeController.staff(settings, ports, home(driver, FakeCsi.NODE)));
  }

  /** Those of a node of a cluster, which bind. */
  public static List<Part> node(String name, Cluster cluster, CsiDriver driver, Clock clock) {
    RoleSettings settings = settings(name);
    return parts(
        NodeRole.staff(
            settings,
            new NodeRole.Ports(cluster, driver, clock, Meters.NONE),
            home(driver, name),
            () -> Share.BINDING));
  }

  /** What a node of a cluster keeps in its caches. */
  public static List<CacheSpec<?>> nodeCaches(String name) {
    return NodeRole.caches(settings(name));
  }

  /** Those of a cluster as a whole. */
  public static List<Part> controller(Cluster cluster, Clock clock) {
    return parts(ControllerRole.staff(settings("any"), cluster, () -> true, clock));
  }

  /** What the controller role keeps in its caches. */
  public static List<CacheSpec<?>> controllerCaches() {
    return RoleCaches.ofController(settings("any"));
  }

  private static RoleSettings settings(String node) {
    return RoleSettings.of(node, FakeCsi.NAME, "default");
  }

  private static Home home(CsiDriver driver, String node) {
    return new Home(
        driver.name(),
        driver.capabilities(),
        node,
        Optional.of(Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, node).build()),
        true,
        "1-2-" + driver.name() + "-" + node);
  }

  private static List<Part> parts(List<Staffed> staff) {
    return staff.stream()
        .map(
            staffed ->
                new Part(
                    staffed.controller(),
                    new SoonAfterConflict(staffed.controller()),
                    staffed.workers()))
        .toList();
  }
}
