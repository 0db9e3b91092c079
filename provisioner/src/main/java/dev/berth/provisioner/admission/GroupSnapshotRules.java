package dev.berth.provisioner.admission;

import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;

/** The rules of the three kinds of group snapshots. */
final class GroupSnapshotRules {
  private GroupSnapshotRules() {}

  static void check(Faults faults, VolumeGroupSnapshotClass klass) {
    SnapshotRules.checkClass(faults, klass.getDriver(), klass.getDeletionPolicy());
  }

  static void check(Faults faults, VolumeGroupSnapshot.Spec spec) {
    VolumeGroupSnapshot.Source source = spec.from();
    SnapshotRules.oneOf(
        faults,
        source.selector() != null,
        source.content().isPresent(),
        "selector or volumeGroupSnapshotContentName");
    if (source.selector() != null) {
      SelectorRules.check(faults, "spec.source.selector", source.selector());
    }
    SnapshotRules.className(
        faults, "spec.volumeGroupSnapshotClassName", spec.volumeGroupSnapshotClassName());
  }

  static void check(Faults faults, VolumeGroupSnapshotContent.Spec spec) {
    VolumeGroupSnapshotContent.Source source = spec.from();
    SnapshotRules.oneOf(
        faults,
        !source.volumes().isEmpty(),
        source.groupSnapshotHandles() != null,
        "volumeHandles or groupSnapshotHandles");
    SnapshotRules.checkContent(faults, spec.driver(), spec.deletionPolicy());
    SnapshotRules.owner(faults, "spec.volumeGroupSnapshotRef", spec.owner());
  }

  static void checkChange(
      Faults faults, VolumeGroupSnapshotClass stored, VolumeGroupSnapshotClass next) {
    SnapshotRules.immutable(faults, "driver", stored.driver(), next.driver());
    SnapshotRules.immutable(
        faults, "deletionPolicy", stored.deletionPolicy(), next.deletionPolicy());
    SnapshotRules.immutable(faults, "parameters", stored.parameters(), next.parameters());
  }

  static void checkChange(Faults faults, VolumeGroupSnapshot stored, VolumeGroupSnapshot next) {
    SnapshotRules.immutable(faults, "spec.source", stored.getSpec().from(), next.getSpec().from());
  }

  static void checkChange(
      Faults faults, VolumeGroupSnapshotContent stored, VolumeGroupSnapshotContent next) {
    SnapshotRules.immutable(faults, "spec.source", stored.getSpec().from(), next.getSpec().from());
    SnapshotRules.immutable(
        faults, "spec.driver", stored.getSpec().driver(), next.getSpec().driver());
  }
}
