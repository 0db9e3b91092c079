package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says that a claim has lost its volume, because the guard keeps kube-controller-manager from
 * saying so, whoever binds claims. It asks the cluster before, so that it is right without the
 * guard, too. Keys are claims.
 */
public final class LossController implements Controller {
  private final Cluster cluster;
  private final String driver;

  /** A controller for the claims of one driver. */
  public LossController(Cluster cluster, String driver) {
    this.cluster = cluster;
    this.driver = driver;
  }

  @Override
  public String name() {
    return "loss";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.VOLUME, change -> volumeChanged(change, enqueue)),
        cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)));
  }

  private void volumeChanged(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Deleted) {
      cluster
          .list(Kind.CLAIM, Index.CLAIM_BY_VOLUME, change.key().name())
          .forEach(claim -> enqueue.accept(Key.of(claim)));
    }
  }

  /** What is bound now has its volume; what was bound before we looked may not. */
  private void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Added) {
      enqueue.accept(change.key());
    }
  }

  @Override
  public Outcome reconcile(Key key) {
    boolean suspect =
        cluster
            .get(Kind.CLAIM, key)
            .map(Claim::new)
            .filter(this::hadVolume)
            .filter(claim -> isLost(claim, cluster.get(Kind.VOLUME, volumeKey(claim))))
            .isPresent();
    if (suspect) {
      cluster
          .getLive(Kind.CLAIM, key)
          .map(Claim::new)
          .filter(this::hadVolume)
          .filter(claim -> isLost(claim, cluster.getLive(Kind.VOLUME, volumeKey(claim))))
          .ifPresent(this::write);
    }
    return Outcome.done();
  }

  /** Binding is complete before the phase says so, and may have been stopped in between. */
  private boolean hadVolume(Claim claim) {
    return claim.asks(driver)
        && claim.bindCompleted()
        && !claim.phase().equals("Lost")
        && claim.volumeName().isPresent();
  }

  private static Key volumeKey(Claim claim) {
    return Key.of(claim.volumeName().orElseThrow());
  }

  private static boolean isLost(Claim claim, Optional<PersistentVolume> volume) {
    return volume
        .map(Volume::new)
        .filter(there -> there.claimRef().isEmpty() || there.names(claim))
        .isEmpty();
  }

  private void write(Claim claim) {
    boolean taken = cluster.getLive(Kind.VOLUME, volumeKey(claim)).isPresent();
    if ((taken ? ClaimDecision.misbound(claim) : Phases.lost(claim))
        instanceof Step.WriteClaimStatus(var written, var notice)) {
      cluster.replaceStatus(written);
      notice.ifPresent(cluster::event);
    }
  }
}
