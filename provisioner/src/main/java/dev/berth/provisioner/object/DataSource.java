package dev.berth.provisioner.object;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a claim asks its volume to be filled from. */
public sealed interface DataSource {
  /** Nothing: the volume comes empty. */
  record None() implements DataSource {}

  /** A VolumeSnapshot of the claim's namespace. */
  record OfSnapshot(String name) implements DataSource {}

  /** Another claim of the claim's namespace. */
  record OfClaim(String name) implements DataSource {}

  /** One of the two in another namespace, for which nobody has given leave. */
  record Elsewhere(String kind, String namespace, String name) implements DataSource {}

  /** Something that a populator fills from: another program makes the volume. */
  record Populator(String kind, String name) implements DataSource {}

  /** The source of a claim; the API server keeps both fields alike where it can. */
  static DataSource of(Claim claim) {
    PersistentVolumeClaimSpec spec = claim.raw().getSpec();
    if (spec.getDataSourceRef() != null) {
      var ref = spec.getDataSourceRef();
      DataSource here = of(ref.getApiGroup(), ref.getKind(), ref.getName());
      Optional<String> away =
          Text.nonEmpty(ref.getNamespace()).filter(n -> !n.equals(claim.key().namespace()));
      return away.isEmpty() || here instanceof Populator
          ? here
          : new Elsewhere(ref.getKind(), away.get(), ref.getName());
    }
    if (spec.getDataSource() != null) {
      var ref = spec.getDataSource();
      return of(ref.getApiGroup(), ref.getKind(), ref.getName());
    }
    return new None();
  }

  private static DataSource of(@Nullable String group, String kind, String name) {
    String full = group == null || group.isEmpty() ? kind : kind + "." + group;
    return switch (full) {
      case "PersistentVolumeClaim" -> new OfClaim(name);
      case "VolumeSnapshot.snapshot.storage.k8s.io" -> new OfSnapshot(name);
      default -> new Populator(full, name);
    };
  }
}
