package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What kube-controller-manager and kube-scheduler do around the roles of a cluster, one step at a
 * time and always right: binding, protection, released PVs, and nodes for pods.
 */
final class Stead {
  private final MemoryStore store;
  private final String driver;
  private final Binder binder;

  Stead(MemoryStore store, String driver) {
    this.binder = new Binder(store, driver);
    this.store = store;
    this.driver = driver;
  }

  /** Everything that could be done now. */
  List<Move> due() {
    List<Move> moves = new ArrayList<>();
    for (var claim : store.list(Kind.CLAIM)) {
      if (goes(new Claim(claim)) || binder.due(new Claim(claim)).isPresent()) {
        moves.add(new Move.Control(Kind.CLAIM, Key.of(claim), ""));
      }
    }
    for (var volume : store.list(Kind.VOLUME)) {
      if (goes(new Volume(volume)) || free(new Volume(volume)) || released(new Volume(volume))) {
        moves.add(new Move.Control(Kind.VOLUME, Key.of(volume), ""));
      }
    }
    for (var pod : store.list(Kind.POD)) {
      nodesFor(new PodView(pod))
          .forEach(node -> moves.add(new Move.Control(Kind.POD, Key.of(pod), node)));
    }
    return moves;
  }

  boolean act(Move.Control move) {
    try {
      if (move.kind().equals(Kind.POD)) {
        return store
            .get(Kind.POD, move.key())
            .map(PodView::new)
            .filter(pod -> nodesFor(pod).contains(move.node()))
            .map(pod -> place(pod, move.node()))
            .orElse(false);
      }
      return move.kind().equals(Kind.CLAIM) ? claim(move.key()) : volume(move.key());
    } catch (ClusterException _) {
      return false;
    }
  }

  private boolean goes(Claim claim) {
    return claim.deleting()
        && claim.hasFinalizer(Names.CLAIM_PROTECTION)
        && store.list(Kind.POD, Index.POD_BY_CLAIM, claim.key().toString()).stream()
            .noneMatch(pod -> new PodView(pod).placed());
  }

  private static boolean goes(Volume volume) {
    return volume.deleting()
        && volume.hasFinalizer(Names.VOLUME_PROTECTION)
        && !volume.phase().equals("Bound");
  }

  private static boolean free(Volume volume) {
    return volume.claimUid().isEmpty() && !volume.phase().equals("Available");
  }

  private boolean released(Volume volume) {
    return volume.claimUid().isPresent()
        && !volume.phase().equals("Released")
        && volume
            .claimKey()
            .flatMap(key -> store.get(Kind.CLAIM, key))
            .map(Claim::new)
            .filter(volume::isOf)
            .isEmpty();
  }

  private boolean claim(Key key) {
    Optional<Runnable> write = store.get(Kind.CLAIM, key).map(Claim::new).flatMap(binder::due);
    write.ifPresent(Runnable::run);
    return write.isPresent() || unprotectClaim(key);
  }

  private boolean unprotectClaim(Key key) {
    Optional<Claim> claim = store.get(Kind.CLAIM, key).map(Claim::new).filter(this::goes);
    claim.ifPresent(
        seen ->
            store.replace(
                new PersistentVolumeClaimBuilder(seen.raw())
                    .editMetadata()
                    .removeFromFinalizers(Names.CLAIM_PROTECTION)
                    .endMetadata()
                    .build()));
    return claim.isPresent();
  }

  private boolean volume(Key key) {
    Optional<Volume> volume = store.get(Kind.VOLUME, key).map(Volume::new);
    if (volume.filter(this::released).isPresent()) {
      return phase(volume.get(), "Released");
    }
    if (volume.filter(Stead::goes).isPresent()) {
      store.replace(
          new PersistentVolumeBuilder(volume.get().raw())
              .editMetadata()
              .removeFromFinalizers(Names.VOLUME_PROTECTION)
              .endMetadata()
              .build());
      return true;
    }
    return volume.filter(Stead::free).filter(free -> phase(free, "Available")).isPresent();
  }

  private boolean phase(Volume volume, String phase) {
    store.replaceStatus(
        new PersistentVolumeBuilder(volume.raw())
            .editOrNewStatus()
            .withPhase(phase)
            .endStatus()
            .build());
    return true;
  }

  /** Where a pod may go next: its claim's node, or, for a claim that waits for it, any. */
  private List<String> nodesFor(PodView pod) {
    if (pod.placed() || pod.deleting()) {
      return List.of();
    }
    Optional<Claim> found =
        store.get(Kind.CLAIM, pod.claims().getFirst()).map(Claim::new).filter(c -> !c.deleting());
    if (found.isEmpty()) {
      return List.of();
    }
    Claim claim = found.get();
    if (claim.phase().equals("Bound")) {
      return claim
          .volumeName()
          .flatMap(name -> store.get(Kind.VOLUME, Key.of(name)))
          .flatMap(volume -> new Volume(volume).label(Names.nodeLabel(driver)))
          .stream()
          .toList();
    }
    boolean waits =
        claim
            .className()
            .filter(name -> !name.isEmpty())
            .flatMap(name -> store.get(Kind.STORAGE_CLASS, Key.of(name)))
            .filter(klass -> new Klass(klass).waitsForConsumer())
            .isPresent();
    return waits && claim.selectedNode().isEmpty() && claim.volumeName().isEmpty()
        ? readyNodes()
        : List.of();
  }

  private List<String> readyNodes() {
    return store.list(Kind.NODE).stream()
        .map(NodeView::new)
        .filter(NodeView::ready)
        .map(NodeView::name)
        .toList();
  }

  private boolean place(PodView pod, String node) {
    Claim claim = new Claim(store.get(Kind.CLAIM, pod.claims().getFirst()).orElseThrow());
    if (claim.phase().equals("Bound")) {
      store.replace(new PodBuilder(pod.raw()).editSpec().withNodeName(node).endSpec().build());
    } else {
      store.replace(
          new PersistentVolumeClaimBuilder(claim.raw())
              .editMetadata()
              .addToAnnotations(Names.SELECTED_NODE, node)
              .endMetadata()
              .build());
    }
    return true;
  }
}
