package dev.berth.provisioner.protection;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes {@code provisioner.storage.kubernetes.io/cloning-protection} off a claim that is being
 * deleted once no pending claim is filled from it. Keys are claims.
 */
public final class CloneProtection implements Controller {
  private final Cluster cluster;

  /** Protects the claims of this cluster. */
  public CloneProtection(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "clone protection";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(cluster.watch(Kind.CLAIM, change -> changed(change, enqueue)));
  }

  private static void changed(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    enqueue.accept(change.key());
    if (DataSource.of(new Claim(change.object())) instanceof DataSource.OfClaim(String name)) {
      enqueue.accept(Key.of(change.key().namespace(), name));
    }
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Claim> held =
        cluster
            .get(Kind.CLAIM, key)
            .map(Claim::new)
            .filter(claim -> claim.deleting() && claim.hasFinalizer(Names.CLONING_PROTECTION));
    if (held.isPresent() && !inUse(key)) {
      cluster.replace(
          new PersistentVolumeClaimBuilder(held.get().raw())
              .editMetadata()
              .removeFromFinalizers(Names.CLONING_PROTECTION)
              .endMetadata()
              .build());
    }
    return Outcome.done();
  }

  private boolean inUse(Key key) {
    return cluster.list(Kind.CLAIM, Index.BY_NAMESPACE, key.namespace()).stream()
        .map(Claim::new)
        .filter(claim -> !claim.phase().equals("Bound"))
        .anyMatch(claim -> DataSource.of(claim).equals(new DataSource.OfClaim(key.name())));
  }
}
