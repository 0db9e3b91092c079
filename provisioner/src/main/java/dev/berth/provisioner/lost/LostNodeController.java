package dev.berth.provisioner.lost;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Looks after claims that wait for a lost node, and the PVs of one. Keys are names of nodes. */
public final class LostNodeController implements Controller {
  private final Cluster cluster;
  private final String driver;
  private final Duration grace;
  private final InstantSource clock;
  private final WaitingClaims claims;
  private final StrandedVolumes volumes;

  /**
   * Nodes that are there and whose volumes were looked through: that is not done at every event.
   */
  private final Set<String> found = ConcurrentHashMap.newKeySet();

  /**
   * A controller for the claims and PVs of one driver.
   *
   * @param grace how long a node may be NotReady before no claim waits for it any more
   * @param forgetAfter how long after the end of a Node object its PVs are deleted, without their
   *     data; empty for never
   */
  public LostNodeController(
      Cluster cluster,
      String driver,
      Duration grace,
      Optional<Duration> forgetAfter,
      InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.grace = grace;
    this.clock = clock;
    this.claims = new WaitingClaims(cluster);
    this.volumes = new StrandedVolumes(cluster, forgetAfter, clock);
  }

  @Override
  public String name() {
    return "lost nodes";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.NODE, change -> nodeChanged(change, enqueue)),
        cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)),
        cluster.watch(Kind.VOLUME, change -> volumeChanged(change, enqueue)));
  }

  /** Nodes report every few minutes, and nothing that matters here. */
  private static void nodeChanged(Change<Node> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<Node>(var before, var after)
        && new NodeView(before).ready() == new NodeView(after).ready()) {
      return;
    }
    enqueue.accept(change.key());
  }

  private void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    Claim claim = new Claim(change.object());
    if (!(change instanceof Change.Deleted) && waits(claim)) {
      claim.selectedNode().map(Key::of).ifPresent(enqueue);
    }
  }

  private void volumeChanged(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Added) {
      Volume volume = new Volume(change.object());
      if (volume.annotation(Names.NODE_LOST_SINCE).isPresent()) {
        nodeOf(volume).ifPresent(found::remove);
      }
      nodeOf(volume).map(Key::of).ifPresent(enqueue);
    }
  }

  private boolean waits(Claim claim) {
    return claim.volumeName().isEmpty()
        && claim.selectedNode().isPresent()
        && (claim.asks(driver) || claim.hasFinalizer(Names.CREATING_FINALIZER));
  }

  private Optional<String> nodeOf(Volume volume) {
    return volume.belongsTo(driver)
        ? volume.label(Names.nodeLabel(driver)).filter(name -> !name.isEmpty())
        : Optional.empty();
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<NodeView> node =
        cluster
            .get(Kind.NODE, key)
            .or(() -> cluster.getLive(Kind.NODE, key)) // the cache may be behind
            .map(NodeView::new);
    return switch (NodeState.of(node, grace, clock.instant())) {
      case NodeState.Present(Optional<Duration> lookAgain) -> {
        found(key.name());
        yield lookAgain
            .filter(_ -> anybodyWaits(key.name()))
            .map(Outcome::again)
            .orElseGet(Outcome::done);
      }
      case NodeState.Away(Duration notReadyFor) ->
          release(key.name(), "has not been ready for " + notReadyFor.toSeconds() + " s");
      case NodeState.Gone() -> {
        found.remove(key.name());
        Outcome released = release(key.name(), "is gone");
        Outcome stranded = volumes.lost(key.name(), volumesOf(key.name()));
        yield released instanceof Outcome.Done ? stranded : released;
      }
    };
  }

  private void found(String node) {
    if (!found.contains(node)) {
      volumes.found(volumesOf(node));
      found.add(node);
    }
  }

  private boolean anybodyWaits(String node) {
    return cluster.list(Kind.CLAIM).stream().map(Claim::new).anyMatch(claim -> waits(claim, node));
  }

  private boolean waits(Claim claim, String node) {
    return waits(claim) && claim.selectedNode().filter(node::equals).isPresent();
  }

  /** One that cannot be written now must not keep the others waiting. */
  private Outcome release(String node, String why) {
    Optional<String> problem = Optional.empty();
    for (PersistentVolumeClaim raw : cluster.list(Kind.CLAIM)) {
      Claim claim = new Claim(raw);
      if (waits(claim, node)) {
        try {
          claims.release(claim, node, why);
        } catch (ClusterException e) {
          problem = Optional.of(claim.key() + ": " + e.getMessage());
        }
      }
    }
    return problem.map(Outcome::failed).orElseGet(Outcome::done);
  }

  private List<Volume> volumesOf(String node) {
    return cluster.list(Kind.VOLUME).stream()
        .map(Volume::new)
        .filter(volume -> nodeOf(volume).filter(node::equals).isPresent())
        .toList();
  }

  static boolean sameObject(HasMetadata one, HasMetadata other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }
}
