package dev.berth.provisioner.placement;

import dev.berth.provisioner.binding.Match;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Places pods on the one node. Keys are pods. To be driven by one worker, for two pods must not
 * take a ReadWriteOncePod claim at the same moment.
 */
public final class PlacementController implements Controller {
  private final Cluster cluster;
  private final String nodeName;
  private final InstantSource clock;
  private final PlacementDecision decision = new PlacementDecision();

  /** A scheduler for the node of this name, whose Node object must exist. */
  public PlacementController(Cluster cluster, String nodeName, InstantSource clock) {
    this.cluster = cluster;
    this.nodeName = nodeName;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "placement";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.POD, change -> podChanged(change, enqueue)),
        cluster.watch(Kind.CLAIM, change -> usersOf(change.key(), enqueue)),
        cluster.watch(Kind.STORAGE_CLASS, change -> usersOfClass(change.key().name(), enqueue)),
        cluster.watch(Kind.VOLUME, change -> volumeChanged(change, enqueue)),
        cluster.watch(Kind.NODE, _ -> allWaiting(enqueue)));
  }

  /** A pod that ends or goes may free what another waits for. */
  private void podChanged(Change<Pod> change, Consumer<Key> enqueue) {
    enqueue.accept(change.key());
    PodView pod = new PodView(change.object());
    if (change instanceof Change.Deleted || pod.ended()) {
      pod.claims().forEach(claim -> usersOf(claim, enqueue));
    }
  }

  /** A volume that becomes free may be the one that a pod misses. */
  private void volumeChanged(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    Volume volume = new Volume(change.object());
    if (Match.isFree(volume)) {
      usersOfClass(volume.className(), enqueue);
    }
  }

  private void usersOfClass(String className, Consumer<Key> enqueue) {
    cluster
        .list(Kind.CLAIM, Index.CLAIM_BY_CLASS, className)
        .forEach(claim -> usersOf(Key.of(claim), enqueue));
  }

  private void usersOf(Key claim, Consumer<Key> enqueue) {
    cluster
        .list(Kind.POD, Index.POD_BY_CLAIM, claim.toString())
        .forEach(pod -> enqueue.accept(Key.of(pod)));
  }

  private void allWaiting(Consumer<Key> enqueue) {
    cluster.list(Kind.POD, Index.POD_BY_NODE, "").forEach(pod -> enqueue.accept(Key.of(pod)));
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Pod> pod = cluster.get(Kind.POD, key);
    Optional<Node> node = cluster.get(Kind.NODE, Key.of(nodeName));
    if (pod.isEmpty() || node.isEmpty()) {
      return Outcome.done(); // the watches of pods and nodes call again
    }
    while (true) {
      Seen seen = see(new PodView(pod.get()), node.get());
      switch (decision.decide(seen)) {
        case Step.Nothing() -> {
          return Outcome.done();
        }
        case Step.Refuse(Pod refused, String message) -> {
          cluster.replaceStatus(refused);
          cluster.event(Notice.warning(refused, "FailedScheduling", message));
          return Outcome.done();
        }
        case Step.SelectNode(var claim) -> cluster.replace(claim);
        case Step.Reserve(var volume) -> cluster.replace(volume);
        case Step.Place(Pod placed) -> {
          pod = Optional.of(cluster.replace(placed));
          cluster.event(
              Notice.normal(
                  placed, "Scheduled", "Successfully assigned " + key + " to " + nodeName));
        }
        case Step.Confirm(Pod confirmed) -> pod = Optional.of(cluster.replaceStatus(confirmed));
      }
    }
  }

  private Seen see(PodView pod, Node node) {
    return new Seen(
        pod,
        pod.claims().stream().map(claim -> use(claim, pod.key())).toList(),
        node,
        clock.instant());
  }

  private Seen.Use use(Key key, Key user) {
    Optional<Claim> claim = cluster.get(Kind.CLAIM, key).map(Claim::new);
    return new Seen.Use(
        key,
        claim,
        claim
            .flatMap(Claim::volumeName)
            .flatMap(name -> cluster.get(Kind.VOLUME, Key.of(name)))
            .map(Volume::new),
        claim
            .flatMap(Claim::className)
            .filter(name -> !name.isEmpty())
            .flatMap(name -> cluster.get(Kind.STORAGE_CLASS, Key.of(name)))
            .map(Klass::new),
        claim.map(this::candidates).orElseGet(List::of),
        takenByOther(key, user));
  }

  private List<Volume> candidates(Claim claim) {
    if (claim.bindCompleted()) {
      return List.of();
    }
    return Stream.of(
            cluster.list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, claim.key().toString()),
            cluster.list(
                Kind.VOLUME, Index.UNCLAIMED_VOLUME_BY_CLASS, claim.className().orElse("")))
        .flatMap(List::stream)
        .map(Volume::new)
        .toList();
  }

  private boolean takenByOther(Key claim, Key user) {
    return cluster.list(Kind.POD, Index.POD_BY_CLAIM, claim.toString()).stream()
        .map(PodView::new)
        .anyMatch(pod -> !pod.key().equals(user) && pod.placed() && !pod.ended());
  }
}
