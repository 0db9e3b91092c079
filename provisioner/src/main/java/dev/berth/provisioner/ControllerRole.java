package dev.berth.provisioner;

import dev.berth.provisioner.claim.ClaimController;
import dev.berth.provisioner.claim.LossController;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.guard.RivalBinder;
import dev.berth.provisioner.guard.WhileAlone;
import dev.berth.provisioner.immediate.ImmediateController;
import dev.berth.provisioner.lost.LostNodeController;
import dev.berth.provisioner.lost.UnlabelledVolumes;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.volume.PersistentVolumeController;
import java.time.Clock;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The volume controller for what belongs to no node of a Kubernetes cluster, to run once per
 * cluster: it chooses nodes for claims that wait for no pod, and looks after those of lost nodes.
 */
public final class ControllerRole implements AutoCloseable {
  /** Most of the time of a choice is the wait for the API server. */
  private static final int PLACING_WORKERS = 16;

  private static final int BINDING_WORKERS = 8;

  private final Controllers controllers;

  private ControllerRole(Controllers controllers) {
    this.controllers = controllers;
  }

  /** What the role watches; the cluster that it is started with must have these kinds. */
  public static List<CacheSpec<?>> caches(RoleSettings settings, Attaching attaching) {
    return Stream.concat(RoleCaches.ofController(settings).stream(), attaching.caches().stream())
        .toList();
  }

  /** Starts the role; returns at once, whether or not the cluster answers. */
  public static ControllerRole start(
      RoleSettings settings, Attaching attaching, Cluster cluster, Clock clock, Meters meters) {
    Controllers controllers = new Controllers(clock, Backoff.DEFAULT, meters);
    try {
      Guarded guarded = Guarded.start(settings, cluster, controllers, clock, meters);
      if (settings.binder() == BinderMode.FULL) {
        bindAll(settings, cluster, meters)
            .forEach(staffed -> controllers.run(staffed.controller(), staffed.workers()));
      }
      staff(settings, cluster, guarded::binds, clock)
          .forEach(staffed -> controllers.run(staffed.controller(), staffed.workers()));
      attaching.start(controllers, cluster, clock, meters);
      return new ControllerRole(controllers);
    } catch (RuntimeException e) {
      controllers.close();
      throw e;
    }
  }

  /** Every controller of the role. */
  static List<Staffed> staff(
      RoleSettings settings, Cluster cluster, BooleanSupplier binds, Clock clock) {
    String driver = settings.driver();
    RoleSettings.LostNodes lost = settings.lostNodes();
    return List.of(
        new Staffed(new LossController(cluster, driver), 1),
        new Staffed(new UnlabelledVolumes(cluster, driver), 1),
        new Staffed(
            new LostNodeController(cluster, driver, lost.grace(), lost.forgetAfter(), clock), 1),
        new Staffed(new ImmediateController(cluster, driver, binds, clock), PLACING_WORKERS));
  }

  /** What binds in a cluster where kube-controller-manager does not. */
  private static List<Staffed> bindAll(RoleSettings settings, Cluster cluster, Meters meters) {
    RivalBinder rival = new RivalBinder(cluster);
    var claims = ClaimController.matching(cluster, settings.driver(), meters);
    var volumes = PersistentVolumeController.phases(cluster);
    return List.of(
        new Staffed(new WhileAlone(claims, rival), BINDING_WORKERS),
        new Staffed(new WhileAlone(volumes, rival), BINDING_WORKERS),
        new Staffed(rival, 1));
  }

  /** Waits until what is being done is done, half a minute at most. */
  @Override
  public void close() {
    controllers.close();
  }
}
