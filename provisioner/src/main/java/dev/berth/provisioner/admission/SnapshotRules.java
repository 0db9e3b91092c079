package dev.berth.provisioner.admission;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of VolumeSnapshotClass, VolumeSnapshot and VolumeSnapshotContent. */
final class SnapshotRules {
  static final Set<String> POLICIES = Set.of("Delete", "Retain");

  private SnapshotRules() {}

  static void check(Faults faults, VolumeSnapshotClass klass) {
    checkClass(faults, klass.getDriver(), klass.getDeletionPolicy());
  }

  static void checkClass(Faults faults, @Nullable String driver, @Nullable String policy) {
    if (faults.has("driver", driver)) {
      Names.qualified(faults, "driver", requireNonNullElse(driver, ""));
    }
    if (faults.has("deletionPolicy", policy, "Delete or Retain")) {
      faults.oneOf("deletionPolicy", policy, POLICIES);
    }
  }

  static void check(Faults faults, VolumeSnapshot.Spec spec) {
    VolumeSnapshot.Source source = spec.from();
    oneOf(
        faults,
        source.claim().isPresent(),
        source.content().isPresent(),
        "persistentVolumeClaimName or volumeSnapshotContentName");
    className(faults, "spec.volumeSnapshotClassName", spec.volumeSnapshotClassName());
  }

  static void className(Faults faults, String field, @Nullable String name) {
    if (name != null && name.isEmpty()) {
      faults.invalid(field, name, "must not be the empty string when set; leave it out");
    }
  }

  static void oneOf(Faults faults, boolean one, boolean other, String which) {
    if (one == other) {
      faults.invalid("spec.source", one ? "both" : "none", "exactly one is needed: " + which);
    }
  }

  static void check(Faults faults, VolumeSnapshotContent.Spec spec) {
    VolumeSnapshotContent.Source source = spec.from();
    oneOf(
        faults,
        source.volume().isPresent(),
        source.snapshot().isPresent(),
        "volumeHandle or snapshotHandle");
    checkContent(faults, spec.driver(), spec.deletionPolicy());
    owner(faults, "spec.volumeSnapshotRef", spec.owner());
    faults.oneOf("spec.sourceVolumeMode", spec.sourceVolumeMode(), AccessModes.VOLUME_MODES);
    className(faults, "spec.volumeSnapshotClassName", spec.volumeSnapshotClassName());
  }

  static void checkContent(Faults faults, @Nullable String driver, @Nullable String policy) {
    faults.has("spec.driver", driver);
    if (faults.has("spec.deletionPolicy", policy, "Delete or Retain")) {
      faults.oneOf("spec.deletionPolicy", policy, POLICIES);
    }
  }

  static void owner(Faults faults, String field, ObjectReference owner) {
    faults.has(field + ".name", owner.getName());
    faults.has(field + ".namespace", owner.getNamespace());
  }

  static void checkChange(Faults faults, VolumeSnapshot stored, VolumeSnapshot next) {
    immutable(faults, "spec.source", stored.getSpec().from(), next.getSpec().from());
  }

  static void checkChange(Faults faults, VolumeSnapshotContent stored, VolumeSnapshotContent next) {
    VolumeSnapshotContent.Spec was = stored.getSpec();
    VolumeSnapshotContent.Spec is = next.getSpec();
    immutable(faults, "spec.source", was.from(), is.from());
    immutable(faults, "spec.driver", was.driver(), is.driver());
    if (was.sourceVolumeMode() != null) {
      immutable(faults, "spec.sourceVolumeMode", was.sourceVolumeMode(), is.sourceVolumeMode());
    }
  }

  static void checkChange(Faults faults, VolumeSnapshotClass stored, VolumeSnapshotClass next) {
    immutable(faults, "driver", stored.driver(), next.driver());
    immutable(faults, "deletionPolicy", stored.deletionPolicy(), next.deletionPolicy());
    immutable(faults, "parameters", stored.parameters(), next.parameters());
  }

  static void immutable(
      Faults faults, String field, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      faults.forbid(field, "field is immutable; delete the object and apply another");
    }
  }
}
