package dev.berth.provisioner;

import dev.berth.provisioner.attachment.AttachDetachController;
import dev.berth.provisioner.attachment.AttachRequired;
import dev.berth.provisioner.attachment.AttacherController;
import dev.berth.provisioner.attachment.VolumeFinalizer;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.metrics.Meters;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who attaches volumes to nodes. The drivers that are given here and have ControllerPublishVolume
 * are always served: nobody else attaches their volumes.
 *
 * @param attachDetach whether we, and not kube-controller-manager, say what is to be attached where
 * @param forceAfter how long a node may be not ready before volumes that nobody needs there are
 *     detached although it says that it uses them; empty for ever
 * @param drivers the drivers that we carry attachments out for
 */
public record Attaching(
    boolean attachDetach, Optional<Duration> forceAfter, List<CsiDriver> drivers) {
  /** As long as kube-controller-manager waits. */
  public static final Duration FORCE_AFTER = Duration.ofMinutes(6);

  /** kube-controller-manager says what is attached, and no driver of ours attaches anything. */
  public static final Attaching NONE = new Attaching(false, Optional.empty(), List.of());

  /** Calls to drivers take their time; the rest is the wait for the API server. */
  private static final int WORKERS = 8;

  public Attaching {
    if (forceAfter.filter(after -> !after.isPositive()).isPresent()) {
      throw new IllegalArgumentException(
          "forceAfter=" + forceAfter.get() + ": must be positive; leave it empty for never");
    }
    drivers = drivers.stream().filter(driver -> driver.capabilities().publishUnpublish()).toList();
  }

  /** On a machine without Kubernetes there is nobody else. */
  static Attaching standalone(CsiDriver driver) {
    return new Attaching(true, Optional.of(FORCE_AFTER), List.of(driver));
  }

  /** What is watched beyond what the controller role watches anyway. */
  List<CacheSpec<?>> caches() {
    Stream<CacheSpec<?>> attachments =
        attachDetach || !drivers.isEmpty()
            ? Stream.of(CacheSpec.of(Kind.VOLUME_ATTACHMENT).trimmed(Trims::any))
            : Stream.of();
    Stream<CacheSpec<?>> nodes =
        drivers.isEmpty()
            ? Stream.of()
            : Stream.of(CacheSpec.of(Kind.CSI_NODE).trimmed(Trims::any));
    Stream<CacheSpec<?>> world =
        attachDetach
            ? Stream.of(
                CacheSpec.of(Kind.POD).trimmed(Trims::pod),
                CacheSpec.of(Kind.CSI_DRIVER).trimmed(Trims::any))
            : Stream.of();
    return Stream.of(attachments, nodes, world).flatMap(specs -> specs).toList();
  }

  void start(Controllers controllers, Cluster cluster, Clock clock, Meters meters) {
    if (attachDetach) {
      AttachRequired required = new AttachRequired(cluster, drivers);
      controllers.run(
          new AttachDetachController(cluster, required, forceAfter, clock, meters), WORKERS);
    }
    for (CsiDriver driver : drivers) {
      controllers.run(new AttacherController(cluster, driver, clock), WORKERS);
      controllers.run(new VolumeFinalizer(cluster, driver.name()), 1);
    }
  }
}
