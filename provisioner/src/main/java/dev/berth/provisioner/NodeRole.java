package dev.berth.provisioner;

import dev.berth.provisioner.capacity.CapacityController;
import dev.berth.provisioner.capacity.Reports;
import dev.berth.provisioner.capacity.Room;
import dev.berth.provisioner.claim.ClaimController;
import dev.berth.provisioner.claim.Share;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.DriverUnavailableException;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.volume.PersistentVolumeController;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The volume controller for what lives on one node of a Kubernetes cluster: it makes, binds and
 * deletes volumes, tells how much room there is and looks for what nobody names any more.
 */
public final class NodeRole implements AutoCloseable {
  /** A claim is mostly waiting for the API server. */
  private static final int CLAIM_WORKERS = 32;

  private static final int VOLUME_WORKERS = 8;

  private final Controllers controllers;

  private NodeRole(Controllers controllers) {
    this.controllers = controllers;
  }

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
    return start(settings, cluster, driver, clock, meters, Optional.empty());
  }

  /**
   * The same, looking for orphans in the driver's pools as well.
   *
   * @param orphans those of our own pools; a driver of strangers keeps its own
   */
  public static NodeRole start(
      RoleSettings settings,
      Cluster cluster,
      CsiDriver driver,
      Clock clock,
      Meters meters,
      Optional<Orphans> orphans) {
    Home home =
        Homes.ask(cluster, driver, settings.nodeName(), settings.extraCreateMetadata(), clock);
    Controllers controllers = new Controllers(clock, Backoff.DEFAULT, meters);
    try {
      Guarded guarded = Guarded.start(settings, cluster, controllers, clock, meters);
      Ports ports = new Ports(cluster, driver, clock, meters);
      staff(settings, ports, home, guarded::share)
          .forEach(staffed -> controllers.run(staffed.controller(), staffed.workers()));
      orphans.ifPresent(controllers::run);
      return new NodeRole(controllers);
    } catch (RuntimeException e) {
      controllers.close();
      throw e;
    }
  }

  /** What the controllers of the role reach the world by. */
  record Ports(Cluster cluster, CsiDriver driver, Clock clock, Meters meters) {}

  /** Every controller of the role. */
  static List<Staffed> staff(RoleSettings settings, Ports ports, Home home, Supplier<Share> share) {
    Cluster cluster = ports.cluster();
    CsiDriver driver = ports.driver();
    CapacityController capacity =
        new CapacityController(
            cluster, driver, home, settings.podNamespace(), ports.clock(), ports.meters());
    boolean told = driver.capabilities().capacity();
    Reports reports = new Reports(told ? capacity : Room.UNTOLD, ports.meters());
    List<Staffed> staff = new ArrayList<>();
    if (told) {
      staff.add(new Staffed(capacity, 1));
    }
    staff.add(
        new Staffed(
            PersistentVolumeController.ofNode(cluster, driver, home, reports), VOLUME_WORKERS));
    staff.add(
        new Staffed(new ClaimController(cluster, driver, home, share, reports), CLAIM_WORKERS));
    return staff;
  }

  /** Waits until what is being done is done, half a minute at most; volumes stay. */
  @Override
  public void close() {
    controllers.close();
  }
}
