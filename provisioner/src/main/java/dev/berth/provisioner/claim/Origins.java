package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.util.Optional;

/** Reads what a claim's volume is to be filled from, and with which attributes it is to be made. */
final class Origins {
  private final Cluster cluster;

  Origins(Cluster cluster) {
    this.cluster = cluster;
  }

  Seen.Origin of(Claim claim) {
    return switch (DataSource.of(claim)) {
      case DataSource.OfSnapshot(String name) -> snapshot(Key.of(claim.key().namespace(), name));
      case DataSource.OfClaim(String name) -> claim(Key.of(claim.key().namespace(), name));
      case DataSource.None _ -> Seen.Origin.NONE;
      case DataSource.Elsewhere _ -> Seen.Origin.NONE;
      case DataSource.Populator _ -> Seen.Origin.NONE;
    };
  }

  private Seen.Origin snapshot(Key key) {
    Optional<VolumeSnapshot> found = cluster.get(Kind.SNAPSHOT, key);
    return new Seen.Origin(
        found,
        found
            .flatMap(VolumeSnapshot::boundContent)
            .flatMap(name -> cluster.get(Kind.SNAPSHOT_CONTENT, Key.of(name))),
        Optional.empty(),
        Optional.empty());
  }

  private Seen.Origin claim(Key key) {
    Optional<Claim> found = cluster.get(Kind.CLAIM, key).map(Claim::new);
    return new Seen.Origin(
        Optional.empty(),
        Optional.empty(),
        found,
        found
            .flatMap(Claim::volumeName)
            .flatMap(name -> cluster.get(Kind.VOLUME, Key.of(name)))
            .map(Volume::new));
  }

  Optional<VolumeAttributesClass> attributes(Claim claim) {
    return claim
        .attributesClass()
        .flatMap(name -> cluster.get(Kind.ATTRIBUTES_CLASS, Key.of(name)));
  }
}
