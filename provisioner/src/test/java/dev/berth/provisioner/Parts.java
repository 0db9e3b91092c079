package dev.berth.provisioner;

import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.claim.Share;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.orphan.ClusterId;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.provisioner.orphan.PoolContents;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Reconciler;
import dev.berth.provisioner.recycle.Recycler;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

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

  /**
   * What one process has around it.
   *
   * @param process its name; where it is of a node, the node's
   * @param guarded whether claims may be bound directly now
   */
  public record World(
      String process,
      Cluster cluster,
      CsiDriver driver,
      PoolContents pool,
      Clock clock,
      BooleanSupplier guarded) {}

  /** Those of a machine without Kubernetes, but the volume manager. */
  public static List<Part> alone(World world) {
    Settings settings = Settings.of(world.process(), Path.of("/"));
    var ports =
        new VolumeController.Ports(world.cluster(), world.driver(), Recycler.NONE, world.clock());
    return parts(VolumeController.staff(settings, ports, home(world)), orphans(world));
  }

  /** Those of a node of a cluster, which bind while they may. */
  public static List<Part> node(World world) {
    RoleSettings settings = settings(world.process());
    var ports = new NodeRole.Ports(world.cluster(), world.driver(), world.clock(), Meters.NONE);
    return parts(
        NodeRole.staff(
            settings,
            ports,
            home(world),
            () -> world.guarded().getAsBoolean() ? Share.BINDING : Share.PROVISIONING),
        orphans(world));
  }

  /** What a node of a cluster keeps in its caches. */
  public static List<CacheSpec<?>> nodeCaches(String name) {
    return NodeRole.caches(settings(name));
  }

  /** Those of a cluster as a whole. */
  public static List<Part> controller(World world) {
    return parts(
        ControllerRole.staff(settings("any"), world.cluster(), world.guarded(), world.clock()),
        List.of());
  }

  /** What the controller role keeps in its caches. */
  public static List<CacheSpec<?>> controllerCaches() {
    return RoleCaches.ofController(settings("any"));
  }

  private static List<Staffed> orphans(World world) {
    var settings = Orphans.Settings.of(FakeCsi.NAME, world.process());
    return Controllers.staff(
        new Orphans(world.cluster(), world.pool(), settings, world.clock(), Meters.NONE));
  }

  private static RoleSettings settings(String node) {
    return RoleSettings.of(node, FakeCsi.NAME, "default");
  }

  private static Home home(World world) {
    String node = world.process();
    CsiDriver driver = world.driver();
    return new Home(
        driver.name(),
        driver.capabilities(),
        node,
        Optional.of(Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, node).build()),
        true,
        ClusterId.of(world.cluster()),
        "1-2-" + driver.name() + "-" + node);
  }

  private static List<Part> parts(List<Staffed> staff, List<Staffed> more) {
    return Stream.concat(staff.stream(), more.stream())
        .map(
            staffed ->
                new Part(
                    staffed.controller(),
                    new SoonAfterConflict(staffed.controller()),
                    staffed.workers()))
        .toList();
  }
}
