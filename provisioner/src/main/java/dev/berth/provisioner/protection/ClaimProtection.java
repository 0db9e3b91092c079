package dev.berth.provisioner.protection;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps {@code kubernetes.io/pvc-protection} on claims until no pod uses them. Keys are claims. */
public final class ClaimProtection implements Controller {
  private final Cluster cluster;

  /** Protects the claims of this cluster. */
  public ClaimProtection(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "claim protection";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.CLAIM, change -> enqueue.accept(change.key())),
        cluster.watch(Kind.POD, change -> new PodView(change.object()).claims().forEach(enqueue)));
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Claim> found = cluster.get(Kind.CLAIM, key).map(Claim::new);
    if (found.isEmpty()) {
      return Outcome.done();
    }
    Claim claim = found.get();
    boolean has = claim.hasFinalizer(Names.CLAIM_PROTECTION);
    switch (Step.decide(claim.deleting(), has, inUse(key))) {
      case KEEP -> {}
      case ADD ->
          cluster.replace(
              new PersistentVolumeClaimBuilder(claim.raw())
                  .editMetadata()
                  .addToFinalizers(Names.CLAIM_PROTECTION)
                  .endMetadata()
                  .build());
      case REMOVE -> remove(key);
    }
    return Outcome.done();
  }

  /** Whether a pod that has a node and has not ended uses the claim. */
  private boolean inUse(Key key) {
    return cluster.list(Kind.POD, Index.POD_BY_CLAIM, key.toString()).stream()
        .map(PodView::new)
        .anyMatch(pod -> pod.placed() && !pod.ended());
  }

  /** The write carries the version that was read, so a claim that changed meanwhile stays. */
  private void remove(Key key) {
    cluster
        .getLive(Kind.CLAIM, key)
        .filter(live -> new Claim(live).deleting())
        .ifPresent(
            live ->
                cluster.replace(
                    new PersistentVolumeClaimBuilder(live)
                        .editMetadata()
                        .removeFromFinalizers(Names.CLAIM_PROTECTION)
                        .endMetadata()
                        .build()));
  }
}
