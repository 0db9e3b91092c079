package dev.berth.provisioner;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.claim.ClaimController;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.expansion.ExpansionController;
import dev.berth.provisioner.groupsnapshot.GroupContentController;
import dev.berth.provisioner.groupsnapshot.GroupController;
import dev.berth.provisioner.modification.ModificationController;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.placement.NodeRegistration;
import dev.berth.provisioner.placement.PlacementController;
import dev.berth.provisioner.protection.ClaimProtection;
import dev.berth.provisioner.protection.CloneProtection;
import dev.berth.provisioner.protection.VolumeProtection;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.snapshot.ContentController;
import dev.berth.provisioner.snapshot.SnapshotController;
import dev.berth.provisioner.volume.PersistentVolumeController;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All controllers of one machine on the test's own thread, so that nothing happens by chance. */
public final class Machine implements AutoCloseable {
  private static final int MOST_PASSES = 40;

  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  private static final List<Kind<?>> VERSIONED =
      List.of(
          Kind.CLAIM,
          Kind.VOLUME,
          Kind.POD,
          Kind.SNAPSHOT,
          Kind.SNAPSHOT_CONTENT,
          Kind.GROUP_SNAPSHOT,
          Kind.GROUP_CONTENT);

  private final EmbeddedCluster cluster;
  private final FakeCsi csi = new FakeCsi();
  private final Set<Key> claimsSeen = new TreeSet<>();
  private List<Controller> controllers;

  public Machine(Path folder) {
    this.cluster = EmbeddedCluster.open(folder.resolve("cluster.db"), CLOCK);
    NodeRegistration.ensure(cluster, FakeCsi.NODE, Map.of(FakeCsi.TOPOLOGY, FakeCsi.NODE));
    this.controllers = controllers(cluster);
  }

  public Cluster cluster() {
    return cluster;
  }

  public FakeCsi csi() {
    return csi;
  }

  /** What a restart leaves: nothing of what was in memory. */
  void restart() {
    controllers = controllers(cluster);
  }

  /** From now on the process dies at this write. */
  void stopAt(StoppingCluster stopping) {
    controllers = controllers(stopping);
  }

  private List<Controller> controllers(Cluster through) {
    Home home =
        new Home(
            FakeCsi.NAME,
            csi.driver().capabilities(),
            FakeCsi.NODE,
            Optional.of(Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, FakeCsi.NODE).build()),
            true,
            "1-2-" + FakeCsi.NAME + "-" + FakeCsi.NODE);
    return List.of(
        new ClaimProtection(through),
        new VolumeProtection(through),
        new PlacementController(through, FakeCsi.NODE, CLOCK),
        new ClaimController(through, csi.driver(), home),
        new ExpansionController(through, csi.driver(), CLOCK),
        new SnapshotController(through, FakeCsi.NAME, CLOCK),
        new ContentController(through, csi.driver(), CLOCK),
        new CloneProtection(through),
        new ModificationController(through, csi.driver(), CLOCK),
        new GroupController(through, FakeCsi.NAME, CLOCK),
        new GroupContentController(through, csi.driver(), CLOCK),
        PersistentVolumeController.alone(through, csi.driver()));
  }

  /** Lets every controller look at every key until nothing changes any more. */
  public void settle() {
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      List<String> before = versions();
      boolean failed = pass();
      if (!failed && before.equals(versions())) {
        return;
      }
    }
  }

  /** One look of every controller at every key; whether one of them wants to try again. */
  public boolean pass() {
    boolean failed = false;
    for (Controller controller : controllers) {
      for (Key key : keys(controller)) {
        failed |= look(controller, key);
      }
    }
    return failed;
  }

  private boolean look(Controller controller, Key key) {
    try {
      return controller.reconcile(key) instanceof Outcome.Failed;
    } catch (ClusterException.Conflict | ClusterException.NotFound _) {
      return true;
    } catch (StoppingCluster.Stopped _) {
      restart();
      return true;
    }
  }

  private List<Key> keys(Controller controller) {
    cluster.list(Kind.CLAIM).forEach(claim -> claimsSeen.add(Key.of(claim)));
    return switch (controller) {
      case PlacementController _ -> keys(cluster.list(Kind.POD));
      case PersistentVolumeController _ -> keys(cluster.list(Kind.VOLUME));
      case VolumeProtection _ -> keys(cluster.list(Kind.VOLUME));
      case GroupController _ -> keys(cluster.list(Kind.GROUP_SNAPSHOT));
      case GroupContentController _ -> keys(cluster.list(Kind.GROUP_CONTENT));
      case SnapshotController _ -> keys(cluster.list(Kind.SNAPSHOT));
      case ContentController _ -> keys(cluster.list(Kind.SNAPSHOT_CONTENT));
      default -> List.copyOf(claimsSeen); // those that are gone, too
    };
  }

  private static List<Key> keys(List<? extends HasMetadata> objects) {
    return objects.stream().map(Key::of).toList();
  }

  private List<String> versions() {
    List<String> versions = new ArrayList<>();
    for (Kind<?> kind : VERSIONED) {
      cluster
          .list(kind)
          .forEach(o -> versions.add(Key.of(o) + "@" + o.getMetadata().getResourceVersion()));
    }
    return versions;
  }

  public Claim claim(String name) {
    return new Claim(cluster.get(Kind.CLAIM, Key.of("default", name)).orElseThrow());
  }

  public Pod pod(String name) {
    return cluster.get(Kind.POD, Key.of("default", name)).orElseThrow();
  }

  public Volume volumeOf(String claim) {
    return new Volume(
        cluster.get(Kind.VOLUME, Key.of(claim(claim).volumeName().orElseThrow())).orElseThrow());
  }

  public <T extends HasMetadata> void delete(Kind<T> kind, String name) {
    cluster.delete(
        kind, kind.namespaced() ? Key.of("default", name) : Key.of(name), Preconditions.NONE);
  }

  /** The pod goes, as if the node had unmounted what it had. */
  public void end(String pod) {
    cluster.delete(Kind.POD, Key.of("default", pod), Preconditions.NONE);
  }

  /** The user asks for another size. */
  public void resize(String claim, String size) {
    cluster.replace(
        new PersistentVolumeClaimBuilder(claim(claim).raw())
            .editSpec()
            .editResources()
            .addToRequests("storage", new Quantity(size))
            .endResources()
            .endSpec()
            .build());
  }

  /** What the volume manager does for a claim whose filesystem is to be grown. */
  public void growOnNode(String claim) {
    PersistentVolumeClaim raw = claim(claim).raw();
    if (raw.getStatus().getAllocatedResourceStatuses().containsValue("NodeResizePending")) {
      Map<String, Quantity> capacity = new LinkedHashMap<>(raw.getStatus().getCapacity());
      capacity.putAll(raw.getStatus().getAllocatedResources());
      cluster.replaceStatus(
          new PersistentVolumeClaimBuilder(raw)
              .editStatus()
              .withCapacity(capacity)
              .withAllocatedResourceStatuses(Map.of())
              .withConditions(List.of())
              .endStatus()
              .build());
    }
  }

  /** The events about an object, as {@code reason: message}; of one that is gone, too. */
  public List<String> events(String uid) {
    // Events are handed in without waiting; what is written after them is on disk after them.
    cluster.create(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withGenerateName("fence-")
            .endMetadata()
            .build());
    return cluster.list(Kind.EVENT, Index.EVENT_BY_UID, uid).stream().map(Machine::text).toList();
  }

  private static String text(Event event) {
    return event.getReason() + ": " + requireNonNullElse(event.getMessage(), "");
  }

  @Override
  public void close() {
    csi.close();
    cluster.close();
  }
}
