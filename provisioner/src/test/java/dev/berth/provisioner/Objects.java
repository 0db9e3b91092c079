package dev.berth.provisioner;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.Map;

/** Objects as a person would write them, in the namespace {@code default}. */
public final class Objects {
  private Objects() {}

  /** A 64Mi ReadWriteOnce claim. */
  public static PersistentVolumeClaimBuilder claim(String name, String className) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withStorageClassName(className)
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withNewResources()
        .withRequests(Map.of("storage", new Quantity("64Mi")))
        .endResources()
        .endSpec();
  }

  /** The claim as it is stored: with a uid, a version and a phase. */
  public static PersistentVolumeClaimBuilder stored(PersistentVolumeClaimBuilder claim) {
    return claim
        .editMetadata()
        .withUid("uid-" + claim.buildMetadata().getName())
        .withResourceVersion("7")
        .endMetadata()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus();
  }

  /** A class of the fake driver. */
  public static StorageClassBuilder klass(String name) {
    return new StorageClassBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withProvisioner(FakeCsi.NAME)
        .withReclaimPolicy("Delete")
        .withVolumeBindingMode("Immediate")
        .withAllowVolumeExpansion(true);
  }

  /** A class whose claims wait for a pod. */
  public static StorageClass waiting(String name) {
    return klass(name).withVolumeBindingMode("WaitForFirstConsumer").build();
  }

  /** A 64Mi volume that a person wrote down. */
  public static PersistentVolumeBuilder volume(String name) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withCapacity(Map.of("storage", new Quantity("64Mi")))
        .withPersistentVolumeReclaimPolicy("Retain")
        .withNewCsi()
        .withDriver(FakeCsi.NAME)
        .withVolumeHandle("pool0001." + name)
        .endCsi()
        .endSpec();
  }

  /** The volume with a reference to a stored claim. */
  public static PersistentVolume claimed(PersistentVolumeBuilder volume, PersistentVolumeClaim by) {
    return volume
        .editSpec()
        .withNewClaimRef()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace(by.getMetadata().getNamespace())
        .withName(by.getMetadata().getName())
        .withUid(by.getMetadata().getUid())
        .endClaimRef()
        .endSpec()
        .build();
  }

  /** A pod with one volume of this claim. */
  public static Pod pod(String name, String claimName) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("scratch")
        .addNewVolumeMount()
        .withName("data")
        .withMountPath("/data")
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("data")
        .withNewPersistentVolumeClaim()
        .withClaimName(claimName)
        .endPersistentVolumeClaim()
        .endVolume()
        .endSpec()
        .build();
  }
}
