package dev.berth.provisioner;

import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Volumes made by hand, and claims for them. */
final class Disks {
  private Disks() {}

  /** A volume of a folder; of this class, an empty one for none. */
  static PersistentVolumeBuilder disk(String name, String size, String className) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withStorageClassName(className)
        .withCapacity(Map.of("storage", new Quantity(size)))
        .withPersistentVolumeReclaimPolicy("Retain")
        .withNewHostPath("/srv/" + name, "")
        .endSpec();
  }

  static PersistentVolumeBuilder at(PersistentVolumeBuilder disk, Path folder, String policy) {
    return disk.editSpec()
        .withNewHostPath(folder.toString(), "")
        .withPersistentVolumeReclaimPolicy(policy)
        .endSpec();
  }

  static PersistentVolumeBuilder modes(PersistentVolumeBuilder disk, String... modes) {
    return disk.editSpec().withAccessModes(modes).endSpec();
  }

  static PersistentVolumeBuilder labelled(PersistentVolumeBuilder disk, String key, String value) {
    return disk.editMetadata().addToLabels(key, value).endMetadata();
  }

  /** Kept for a claim of this name; of this uid, or of any if it is empty. */
  static PersistentVolumeBuilder keptFor(PersistentVolumeBuilder disk, String claim, String uid) {
    return disk.editSpec()
        .withNewClaimRef()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace("default")
        .withName(claim)
        .withUid(uid.isEmpty() ? null : uid)
        .endClaimRef()
        .endSpec();
  }

  /** A local volume of the node with this label. */
  static PersistentVolumeBuilder local(String name, String size, String className, String node) {
    return disk(name, size, className)
        .editSpec()
        .withHostPath(null)
        .withNewLocal()
        .withPath("/srv/" + name)
        .endLocal()
        .withNewNodeAffinity()
        .withNewRequired()
        .addNewNodeSelectorTerm()
        .withMatchExpressions(new NodeSelectorRequirement(FakeCsi.TOPOLOGY, "In", List.of(node)))
        .endNodeSelectorTerm()
        .endRequired()
        .endNodeAffinity()
        .endSpec();
  }

  static PersistentVolumeClaimBuilder claim(String name, String size, String className) {
    return Objects.claim(name, className)
        .editSpec()
        .withNewResources()
        .withRequests(Map.of("storage", new Quantity(size)))
        .endResources()
        .endSpec();
  }

  /** A claim that does not say what class it wants, which is not wanting none. */
  static PersistentVolumeClaimBuilder classless(String name, String size) {
    return claim(name, size, "").editSpec().withStorageClassName(null).endSpec();
  }

  static PersistentVolumeClaimBuilder naming(PersistentVolumeClaimBuilder claim, String volume) {
    return claim.editSpec().withVolumeName(volume).endSpec();
  }

  static PersistentVolumeClaimBuilder selecting(
      PersistentVolumeClaimBuilder claim, String key, String operator, String... values) {
    return claim
        .editSpec()
        .editOrNewSelector()
        .addToMatchExpressions(new LabelSelectorRequirement(key, operator, List.of(values)))
        .endSelector()
        .endSpec();
  }

  /** A class whose volumes are made by hand. */
  static StorageClass byHand(String name, String bindingMode) {
    return Objects.klass(name)
        .withProvisioner(Names.NO_PROVISIONER)
        .withVolumeBindingMode(bindingMode)
        .build();
  }

  static StorageClass asDefault(String name) {
    return Objects.klass(name)
        .editMetadata()
        .addToAnnotations(Names.DEFAULT_CLASS, "true")
        .endMetadata()
        .build();
  }
}
