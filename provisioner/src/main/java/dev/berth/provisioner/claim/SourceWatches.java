package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Tells which claims may go on when what they are made of, or with, has come. */
final class SourceWatches {
  private final Cluster cluster;
  private final Consumer<Key> enqueue;

  private SourceWatches(Cluster cluster, Consumer<Key> enqueue) {
    this.cluster = cluster;
    this.enqueue = enqueue;
  }

  static List<Subscription> watch(Cluster cluster, Consumer<Key> enqueue) {
    SourceWatches watches = new SourceWatches(cluster, enqueue);
    return List.of(
        cluster.watch(
            Kind.SNAPSHOT,
            change ->
                watches.tell(
                    change.key().namespace(), new DataSource.OfSnapshot(change.key().name()))),
        cluster.watch(Kind.CLAIM, watches::claimChanged),
        cluster.watch(Kind.ATTRIBUTES_CLASS, change -> watches.tellUsers(change.key().name())));
  }

  /** Once bound, it can be filled from. */
  private void claimChanged(Change<PersistentVolumeClaim> change) {
    boolean bound = new Claim(change.object()).phase().equals("Bound");
    boolean before =
        change instanceof Change.Modified<PersistentVolumeClaim>(var was, _)
            && new Claim(was).phase().equals("Bound");
    if (bound && !before) {
      tell(change.key().namespace(), new DataSource.OfClaim(change.key().name()));
    }
  }

  private void tell(String namespace, DataSource source) {
    pending(cluster.list(Kind.CLAIM, Index.BY_NAMESPACE, namespace))
        .filter(claim -> DataSource.of(claim).equals(source))
        .map(Claim::key)
        .forEach(enqueue);
  }

  private void tellUsers(String attributesClass) {
    pending(cluster.list(Kind.CLAIM))
        .filter(claim -> claim.attributesClass().filter(attributesClass::equals).isPresent())
        .map(Claim::key)
        .forEach(enqueue);
  }

  private static Stream<Claim> pending(List<PersistentVolumeClaim> claims) {
    return claims.stream().map(Claim::new).filter(claim -> !claim.phase().equals("Bound"));
  }
}
