package dev.berth.provisioner.admission;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.FieldError;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Defaults and rules of the API for each kind. Kinds without rules here are held to those of
 * metadata alone.
 */
public final class Admission {
  private Admission() {}

  /**
   * Completes a new object, in place.
   *
   * @throws ClusterException.Invalid with every fault that it has
   */
  public static void admitNew(Kind<?> kind, HasMetadata object) {
    switch (object) {
      case PersistentVolumeClaim claim -> ClaimRules.completeNew(claim);
      case PersistentVolume volume -> VolumeRules.completeNew(volume);
      default -> {} // the other kinds are protected by nothing
    }
    refuse(kind, object, completed(kind, object).found());
  }

  /**
   * Completes an object that is to replace the stored one, in place.
   *
   * @param classes finds a StorageClass, which says whether its claims may grow
   * @throws ClusterException.Invalid with every fault that it has
   */
  public static void admitChange(
      Kind<?> kind,
      HasMetadata stored,
      HasMetadata next,
      Function<String, Optional<StorageClass>> classes) {
    Faults faults = completed(kind, next);
    MetadataRules.checkChange(faults, stored.getMetadata(), next.getMetadata());
    // What is at fault by itself need not be compared with what was.
    refuse(kind, next, faults.found());
    switch (next) {
      case PersistentVolumeClaim claim ->
          ClaimRules.checkChange(faults, (PersistentVolumeClaim) stored, claim, classes);
      case PersistentVolume volume ->
          VolumeRules.checkChange(faults, ((PersistentVolume) stored).getSpec(), volume.getSpec());
      case StorageClass klass -> ClassRules.checkChange(faults, (StorageClass) stored, klass);
      case Secret secret -> KeyedRules.checkChange(faults, (Secret) stored, secret);
      case ConfigMap map -> KeyedRules.checkChange(faults, (ConfigMap) stored, map);
      case Pod pod -> PodRules.checkChange(faults, ((Pod) stored).getSpec(), pod.getSpec());
      case VolumeAttributesClass klass ->
          AttributesRules.checkChange(faults, (VolumeAttributesClass) stored, klass);
      case VolumeSnapshotClass klass ->
          SnapshotRules.checkChange(faults, (VolumeSnapshotClass) stored, klass);
      case VolumeSnapshot snapshot ->
          SnapshotRules.checkChange(faults, (VolumeSnapshot) stored, snapshot);
      case VolumeSnapshotContent content ->
          SnapshotRules.checkChange(faults, (VolumeSnapshotContent) stored, content);
      case VolumeGroupSnapshotClass klass ->
          GroupSnapshotRules.checkChange(faults, (VolumeGroupSnapshotClass) stored, klass);
      case VolumeGroupSnapshot group ->
          GroupSnapshotRules.checkChange(faults, (VolumeGroupSnapshot) stored, group);
      case VolumeGroupSnapshotContent content ->
          GroupSnapshotRules.checkChange(faults, (VolumeGroupSnapshotContent) stored, content);
      default -> {} // the other kinds may change freely
    }
    refuse(kind, next, faults.found());
  }

  private static Faults completed(Kind<?> kind, HasMetadata object) {
    Faults faults = new Faults();
    MetadataRules.complete(kind, object.getMetadata());
    MetadataRules.check(faults, kind, object.getMetadata());
    switch (object) {
      case PersistentVolumeClaim claim -> {
        if (faults.has("spec", claim.getSpec())) {
          ClaimRules.complete(claim.getSpec());
          ClaimRules.check(faults, "spec", claim.getSpec());
        }
      }
      case PersistentVolume volume -> {
        if (faults.has("spec", volume.getSpec())) {
          VolumeRules.complete(volume.getSpec());
          VolumeRules.check(faults, volume.getSpec());
        }
      }
      case StorageClass klass -> {
        ClassRules.complete(klass);
        ClassRules.check(faults, klass);
      }
      case Pod pod -> {
        if (faults.has("spec", pod.getSpec())) {
          PodRules.complete(pod.getSpec());
          PodRules.check(faults, pod.getSpec());
        }
      }
      case Secret secret -> {
        KeyedRules.complete(secret);
        KeyedRules.check(faults, secret);
      }
      case ConfigMap map -> KeyedRules.check(faults, map);
      case VolumeAttributesClass klass -> AttributesRules.check(faults, klass);
      case VolumeSnapshotClass klass -> SnapshotRules.check(faults, klass);
      case VolumeSnapshot snapshot -> SnapshotRules.check(faults, snapshot.getSpec());
      case VolumeSnapshotContent content -> SnapshotRules.check(faults, content.getSpec());
      case VolumeGroupSnapshotClass klass -> GroupSnapshotRules.check(faults, klass);
      case VolumeGroupSnapshot group -> GroupSnapshotRules.check(faults, group.getSpec());
      case VolumeGroupSnapshotContent content ->
          GroupSnapshotRules.check(faults, content.getSpec());
      default -> {} // metadata alone
    }
    return faults;
  }

  private static void refuse(Kind<?> kind, HasMetadata object, List<FieldError> faults) {
    if (!faults.isEmpty()) {
      throw new ClusterException.Invalid(
          kind, Objects.requireNonNullElse(object.getMetadata().getName(), ""), faults);
    }
  }
}
