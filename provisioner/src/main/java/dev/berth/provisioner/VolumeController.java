package dev.berth.provisioner;

import dev.berth.provisioner.attachment.CsiNodeRegistration;
import dev.berth.provisioner.claim.ClaimController;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.DriverUnavailableException;
import dev.berth.provisioner.ephemeral.EphemeralClaims;
import dev.berth.provisioner.expansion.ExpansionController;
import dev.berth.provisioner.groupsnapshot.GroupContentController;
import dev.berth.provisioner.groupsnapshot.GroupController;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.modification.ModificationController;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.provisioner.placement.NodeRegistration;
import dev.berth.provisioner.placement.PlacementController;
import dev.berth.provisioner.pod.HostMounts;
import dev.berth.provisioner.pod.VolumeManager;
import dev.berth.provisioner.protection.ClaimProtection;
import dev.berth.provisioner.protection.CloneProtection;
import dev.berth.provisioner.protection.VolumeProtection;
import dev.berth.provisioner.recycle.HostRecycler;
import dev.berth.provisioner.recycle.Recycler;
import dev.berth.provisioner.snapshot.ContentController;
import dev.berth.provisioner.snapshot.SnapshotController;
import dev.berth.provisioner.volume.PersistentVolumeController;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All controllers of a machine without Kubernetes. What has been mounted and made stays when this
 * is closed; the next start takes it over.
 */
public final class VolumeController implements AutoCloseable {
  private final Controllers controllers;

  private VolumeController(Controllers controllers) {
    this.controllers = controllers;
  }

  /**
   * Registers the node and starts every controller and the volume manager.
   *
   * @param mounts what the volume manager asks of the kernel
   * @throws DriverUnavailableException if the driver does not say where the node stands
   */
  public static VolumeController start(
      Settings settings, Cluster cluster, CsiDriver driver, HostMounts mounts, Clock clock) {
    return start(settings, cluster, driver, mounts, clock, Optional.empty());
  }

  /**
   * The same, looking for orphans in the driver's pools as well.
   *
   * @param orphans those of our own pools
   */
  public static VolumeController start(
      Settings settings,
      Cluster cluster,
      CsiDriver driver,
      HostMounts mounts,
      Clock clock,
      Optional<Orphans> orphans) {
    Controllers controllers = new Controllers(clock, settings.backoff(), Meters.NONE);
    try {
      startAll(controllers, settings, cluster, driver, mounts, clock);
      orphans.ifPresent(controllers::run);
      return new VolumeController(controllers);
    } catch (RuntimeException e) {
      controllers.close();
      throw e;
    }
  }

  private static void startAll(
      Controllers controllers,
      Settings settings,
      Cluster cluster,
      CsiDriver driver,
      HostMounts mounts,
      Clock clock) {
    Home home = Homes.ask(cluster, driver, settings.nodeName(), true, clock);
    NodeRegistration.ensure(
        cluster,
        settings.nodeName(),
        home.topology().map(here -> here.getSegmentsMap()).orElseGet(Map::of));
    HostRecycler recycler = new HostRecycler(mounts, settings.root().resolve("recycling"));
    staff(settings, new Ports(cluster, driver, recycler, clock), home)
        .forEach(staffed -> controllers.run(staffed.controller(), staffed.workers()));
    attach(controllers, settings, cluster, driver, clock);
    VolumeManager volumes =
        VolumeManager.start(
            VolumeManager.Settings.of(settings.nodeName(), settings.root()),
            cluster,
            List.of(driver),
            mounts,
            clock);
    controllers.onClose(volumes::close);
  }

  /** Nothing is attached for a driver that says so, and these find nothing to do. */
  private static void attach(
      Controllers controllers, Settings settings, Cluster cluster, CsiDriver driver, Clock clock) {
    if (driver.capabilities().publishUnpublish()) {
      CsiNodeRegistration.ensure(cluster, settings.nodeName(), driver);
    }
    Attaching.standalone(driver).start(controllers, cluster, clock, Meters.NONE);
  }

  /** What the controllers of a machine reach the world by. */
  record Ports(Cluster cluster, CsiDriver driver, Recycler recycler, Clock clock) {}

  /** Every controller but the volume manager and those that attach. */
  static List<Staffed> staff(Settings settings, Ports ports, Home home) {
    Cluster cluster = ports.cluster();
    CsiDriver driver = ports.driver();
    Clock clock = ports.clock();
    int workers = settings.workers();
    return List.of(
        new Staffed(new ClaimController(cluster, driver, home), workers),
        new Staffed(PersistentVolumeController.alone(cluster, driver, ports.recycler()), workers),
        new Staffed(new ExpansionController(cluster, driver, clock), workers),
        new Staffed(new EphemeralClaims(cluster), 1),
        new Staffed(new ModificationController(cluster, driver, clock), 1),
        new Staffed(new GroupController(cluster, driver.name(), clock), 1),
        new Staffed(new GroupContentController(cluster, driver, clock), 1),
        new Staffed(new SnapshotController(cluster, driver.name(), clock), workers),
        new Staffed(new ContentController(cluster, driver, clock), workers),
        new Staffed(new ClaimProtection(cluster), 1),
        new Staffed(new CloneProtection(cluster), 1),
        new Staffed(new VolumeProtection(cluster), 1),
        new Staffed(new PlacementController(cluster, settings.nodeName(), clock), 1));
  }

  /** Stops the watches, waits until each worker has ended what it is doing; mounts stay. */
  @Override
  public void close() {
    controllers.close();
  }
}
