package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Volume;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what matters to a VolumeSnapshot. */
final class SnapshotReader {
  private final Cluster cluster;
  private final String driver;
  private final InstantSource clock;

  SnapshotReader(Cluster cluster, String driver, InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.clock = clock;
  }

  Optional<Seen> read(Key key) {
    return cluster.get(Kind.SNAPSHOT, key).map(this::see);
  }

  private Seen see(VolumeSnapshot snapshot) {
    String namespace = snapshot.getMetadata().getNamespace();
    Optional<Claim> claim =
        snapshot
            .getSpec()
            .from()
            .claim()
            .flatMap(name -> cluster.get(Kind.CLAIM, Key.of(namespace, name)))
            .map(Claim::new);
    Optional<Volume> volume =
        claim
            .flatMap(Claim::volumeName)
            .flatMap(name -> cluster.get(Kind.VOLUME, Key.of(name)))
            .map(Volume::new);
    return new Seen(
        snapshot,
        Optional.ofNullable(snapshot.getSpec().volumeSnapshotClassName())
            .flatMap(name -> cluster.get(Kind.SNAPSHOT_CLASS, Key.of(name))),
        defaults(),
        new Seen.Origin(claim, volume),
        content(snapshot),
        new Seen.Holders(
            restoring(snapshot),
            claim.filter(c -> waitsElsewhere(snapshot, c)).isPresent(),
            inGroup(snapshot)),
        clock.instant());
  }

  private List<VolumeSnapshotClass> defaults() {
    return cluster.list(Kind.SNAPSHOT_CLASS).stream()
        .filter(klass -> klass.driver().equals(driver))
        .filter(klass -> klass.annotation(Names.DEFAULT_CLASS).filter("true"::equals).isPresent())
        .toList();
  }

  /** Live, because what is missing in a cache must never be taken for gone. */
  private Optional<VolumeSnapshotContent> content(VolumeSnapshot snapshot) {
    String name =
        snapshot
            .getSpec()
            .from()
            .content()
            .or(snapshot::boundContent)
            .orElse("snapcontent-" + snapshot.uid());
    return cluster
        .get(Kind.SNAPSHOT_CONTENT, Key.of(name))
        .or(() -> cluster.getLive(Kind.SNAPSHOT_CONTENT, Key.of(name)));
  }

  private List<String> restoring(VolumeSnapshot snapshot) {
    return claims(snapshot)
        .filter(claim -> claim.phase().equals("Pending"))
        .filter(claim -> DataSource.of(claim).equals(new DataSource.OfSnapshot(snapshot.name())))
        .map(claim -> claim.key().name())
        .toList();
  }

  private Stream<Claim> claims(VolumeSnapshot snapshot) {
    return cluster
        .list(Kind.CLAIM, Index.BY_NAMESPACE, snapshot.getMetadata().getNamespace())
        .stream()
        .map(Claim::new);
  }

  private boolean waitsElsewhere(VolumeSnapshot snapshot, Claim claim) {
    return cluster.list(Kind.SNAPSHOT, Index.BY_NAMESPACE, claim.key().namespace()).stream()
        .filter(other -> !other.uid().equals(snapshot.uid()) && !other.deleting())
        .filter(other -> other.status().creationTime() == null)
        .anyMatch(
            other -> other.getSpec().from().claim().filter(claim.key().name()::equals).isPresent());
  }

  private boolean inGroup(VolumeSnapshot snapshot) {
    return snapshot
        .group()
        .flatMap(
            name ->
                cluster.get(
                    Kind.GROUP_SNAPSHOT, Key.of(snapshot.getMetadata().getNamespace(), name)))
        .filter(group -> !group.deleting())
        .isPresent();
  }
}
