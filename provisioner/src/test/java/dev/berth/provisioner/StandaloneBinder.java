package dev.berth.provisioner;

import static java.util.Objects.requireNonNullElse;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.RoleSettings.LostNodes;
import dev.berth.provisioner.claim.ClaimController;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.placement.NodeRegistration;
import dev.berth.provisioner.placement.PlacementController;
import dev.berth.provisioner.pod.FakeHostMounts;
import dev.berth.provisioner.protection.ClaimProtection;
import dev.berth.provisioner.protection.VolumeProtection;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.recycle.HostRecycler;
import dev.berth.provisioner.volume.PersistentVolumeController;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What binds where there is no kube-controller-manager and no kube-scheduler, on its threads. */
final class StandaloneBinder implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final List<CacheSpec<?>> CACHES =
      List.of(
          CacheSpec.of(Kind.CLAIM),
          CacheSpec.of(Kind.VOLUME),
          CacheSpec.of(Kind.STORAGE_CLASS),
          CacheSpec.of(Kind.POD),
          CacheSpec.of(Kind.NODE),
          CacheSpec.of(Kind.CSI_STORAGE_CAPACITY),
          CacheSpec.of(Kind.EVENT));

  private final Cluster cluster;
  private final FakeCsi csi = new FakeCsi();
  private final Controllers controllers =
      new Controllers(Clock.systemUTC(), Backoff.DEFAULT, Meters.NONE);

  /** Starts binding in a cluster, which stays the caller's. */
  StandaloneBinder(Cluster cluster) {
    this(cluster, false);
  }

  /** The two roles of a Kubernetes cluster whose kube-controller-manager does not bind. */
  static StandaloneBinder ofRoles(Cluster cluster) {
    return new StandaloneBinder(cluster, true);
  }

  private StandaloneBinder(Cluster cluster, boolean roles) {
    this.cluster = cluster;
    await().atMost(PATIENCE).until(this::namespace);
    NodeRegistration.ensure(cluster, FakeCsi.NODE, Map.of(FakeCsi.TOPOLOGY, FakeCsi.NODE));
    if (roles) {
      startRoles();
    } else {
      startAll();
    }
    controllers.run(new ClaimProtection(cluster), 1);
    controllers.run(new VolumeProtection(cluster), 1);
    controllers.run(new PlacementController(cluster, FakeCsi.NODE, Clock.systemUTC()), 1);
  }

  private void startRoles() {
    RoleSettings settings =
        new RoleSettings(
            FakeCsi.NODE, FakeCsi.NAME, "default", BinderMode.FULL, true, LostNodes.DEFAULT);
    ControllerRole controller =
        ControllerRole.start(settings, Attaching.NONE, cluster, Clock.systemUTC(), Meters.NONE);
    controllers.onClose(controller::close);
    NodeRole node = NodeRole.start(settings, cluster, csi.driver(), Clock.systemUTC(), Meters.NONE);
    controllers.onClose(node::close);
  }

  private void startAll() {
    Home home =
        new Home(
            FakeCsi.NAME,
            csi.driver().capabilities(),
            FakeCsi.NODE,
            Optional.of(Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, FakeCsi.NODE).build()),
            true,
            "1-2-" + FakeCsi.NAME + "-" + FakeCsi.NODE);
    controllers.run(new ClaimController(cluster, csi.driver(), home), 4);
    controllers.run(
        PersistentVolumeController.alone(
            cluster, csi.driver(), new HostRecycler(new FakeHostMounts(), Path.of("/nowhere"))),
        4);
  }

  /** A real API server makes it by itself, in its time. */
  private boolean namespace() {
    try {
      if (cluster.getLive(Kind.NAMESPACE, Key.of("default")).isEmpty()) {
        cluster.create(
            new NamespaceBuilder().withNewMetadata().withName("default").endMetadata().build());
      }
      return true;
    } catch (ClusterException.AlreadyExists _) {
      return true;
    }
  }

  FakeCsi csi() {
    return csi;
  }

  Claim claim(String name) {
    return new Claim(cluster.getLive(Kind.CLAIM, Key.of("default", name)).orElseThrow());
  }

  Volume volume(String name) {
    return new Volume(cluster.getLive(Kind.VOLUME, Key.of(name)).orElseThrow());
  }

  Claim claimBecomes(String name, String phase) {
    return claimBecomes(name, claim -> claim.phase().equals(phase));
  }

  Claim claimBecomes(String name, Predicate<Claim> so) {
    await("claim " + name).atMost(PATIENCE).until(() -> so.test(claim(name)));
    return claim(name);
  }

  Volume volumeBecomes(String name, String phase) {
    await(name + " " + phase).atMost(PATIENCE).until(() -> volume(name).phase(), phase::equals);
    return volume(name);
  }

  /** Until the claim is bound; the name of its volume. */
  String boundVolume(String claim) {
    Claim bound = claimBecomes(claim, "Bound");
    String volume = bound.volumeName().orElseThrow();
    volumeBecomes(volume, "Bound");
    return volume;
  }

  /** Until an event about the object begins so; then it is pending for a reason. */
  void told(HasMetadata about, String start) {
    await(start)
        .atMost(PATIENCE)
        .until(() -> events(about), events -> events.stream().anyMatch(e -> e.startsWith(start)));
  }

  List<String> events(HasMetadata about) {
    return cluster.list(Kind.EVENT, Index.EVENT_BY_UID, about.getMetadata().getUid()).stream()
        .map(event -> event.getReason() + ": " + requireNonNullElse(event.getMessage(), ""))
        .toList();
  }

  @Override
  public void close() {
    controllers.close();
    csi.close();
  }
}
