package dev.berth.provisioner.claim;

import dev.berth.provisioner.object.Claim;
import java.util.Optional;
import java.util.Set;

/** What a claim asks its volume to be filled from. */
sealed interface DataSource {
  /** Nothing: the volume comes empty. */
  record None() implements DataSource {}

  /** Something that a driver fills from, and that is not supported. */
  record Driver(String kind, String name) implements DataSource {}

  /** Something that a populator fills from: another program makes the volume. */
  record Populator(String kind, String name) implements DataSource {}

  /** Kinds with their group, as claims name them. */
  Set<String> OF_DRIVERS =
      Set.of("PersistentVolumeClaim", "VolumeSnapshot.snapshot.storage.k8s.io");

  /** The source of a claim; the API server keeps both fields alike where it can. */
  static DataSource of(Claim claim) {
    var spec = claim.raw().getSpec();
    if (spec.getDataSourceRef() != null) {
      var ref = spec.getDataSourceRef();
      return of(Optional.ofNullable(ref.getApiGroup()), ref.getKind(), ref.getName());
    }
    if (spec.getDataSource() != null) {
      var ref = spec.getDataSource();
      return of(Optional.ofNullable(ref.getApiGroup()), ref.getKind(), ref.getName());
    }
    return new None();
  }

  private static DataSource of(Optional<String> group, String kind, String name) {
    String full = kind + group.filter(text -> !text.isEmpty()).map(text -> "." + text).orElse("");
    return OF_DRIVERS.contains(full) ? new Driver(kind, name) : new Populator(full, name);
  }
}
