package dev.berth.provisioner.cluster;

import dev.berth.provisioner.cluster.extension.CustomObject;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A kind of object that the controllers read or write.
 *
 * @param type fabric8's class
 * @param apiVersion group and version, for example {@code storage.k8s.io/v1}
 * @param kind the kind as manifests write it
 * @param plural the resource's name in paths and messages, for example {@code
 *     persistentvolumeclaims}
 * @param namespaced whether objects live in a namespace
 */
public record Kind<T extends HasMetadata>(
    Class<T> type, String apiVersion, String kind, String plural, boolean namespaced) {
  private static final String CORE = "v1";
  private static final String STORAGE = "storage.k8s.io/v1";
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";
  private static final String SNAPSHOTS = "snapshot.storage.k8s.io/v1";
  private static final String GROUP_SNAPSHOTS = "groupsnapshot.storage.k8s.io/v1";

  public static final Kind<PersistentVolumeClaim> CLAIM =
      new Kind<>(
          PersistentVolumeClaim.class,
          CORE,
          "PersistentVolumeClaim",
          "persistentvolumeclaims",
          true);
  public static final Kind<PersistentVolume> VOLUME =
      new Kind<>(PersistentVolume.class, CORE, "PersistentVolume", "persistentvolumes", false);
  public static final Kind<StorageClass> STORAGE_CLASS =
      new Kind<>(StorageClass.class, STORAGE, "StorageClass", "storageclasses", false);
  public static final Kind<Pod> POD = new Kind<>(Pod.class, CORE, "Pod", "pods", true);
  public static final Kind<Node> NODE = new Kind<>(Node.class, CORE, "Node", "nodes", false);
  public static final Kind<Event> EVENT = new Kind<>(Event.class, CORE, "Event", "events", true);
  public static final Kind<Namespace> NAMESPACE =
      new Kind<>(Namespace.class, CORE, "Namespace", "namespaces", false);
  public static final Kind<ConfigMap> CONFIG_MAP =
      new Kind<>(ConfigMap.class, CORE, "ConfigMap", "configmaps", true);
  public static final Kind<Secret> SECRET =
      new Kind<>(Secret.class, CORE, "Secret", "secrets", true);
  public static final Kind<CSIDriver> CSI_DRIVER =
      new Kind<>(CSIDriver.class, STORAGE, "CSIDriver", "csidrivers", false);
  public static final Kind<CSINode> CSI_NODE =
      new Kind<>(CSINode.class, STORAGE, "CSINode", "csinodes", false);
  public static final Kind<VolumeAttachment> VOLUME_ATTACHMENT =
      new Kind<>(VolumeAttachment.class, STORAGE, "VolumeAttachment", "volumeattachments", false);
  public static final Kind<CSIStorageCapacity> CSI_STORAGE_CAPACITY =
      new Kind<>(
          CSIStorageCapacity.class, STORAGE, "CSIStorageCapacity", "csistoragecapacities", true);
  public static final Kind<Lease> LEASE =
      new Kind<>(Lease.class, "coordination.k8s.io/v1", "Lease", "leases", true);
  public static final Kind<ValidatingAdmissionPolicy> ADMISSION_POLICY =
      new Kind<>(
          ValidatingAdmissionPolicy.class,
          ADMISSION,
          "ValidatingAdmissionPolicy",
          "validatingadmissionpolicies",
          false);
  public static final Kind<ValidatingAdmissionPolicyBinding> ADMISSION_POLICY_BINDING =
      new Kind<>(
          ValidatingAdmissionPolicyBinding.class,
          ADMISSION,
          "ValidatingAdmissionPolicyBinding",
          "validatingadmissionpolicybindings",
          false);

  public static final Kind<VolumeAttributesClass> ATTRIBUTES_CLASS =
      new Kind<>(
          VolumeAttributesClass.class,
          STORAGE,
          "VolumeAttributesClass",
          "volumeattributesclasses",
          false);
  public static final Kind<VolumeSnapshotClass> SNAPSHOT_CLASS =
      new Kind<>(
          VolumeSnapshotClass.class,
          SNAPSHOTS,
          "VolumeSnapshotClass",
          "volumesnapshotclasses",
          false);
  public static final Kind<VolumeSnapshotContent> SNAPSHOT_CONTENT =
      new Kind<>(
          VolumeSnapshotContent.class,
          SNAPSHOTS,
          "VolumeSnapshotContent",
          "volumesnapshotcontents",
          false);
  public static final Kind<VolumeSnapshot> SNAPSHOT =
      new Kind<>(VolumeSnapshot.class, SNAPSHOTS, "VolumeSnapshot", "volumesnapshots", true);
  public static final Kind<VolumeGroupSnapshotClass> GROUP_CLASS =
      new Kind<>(
          VolumeGroupSnapshotClass.class,
          GROUP_SNAPSHOTS,
          "VolumeGroupSnapshotClass",
          "volumegroupsnapshotclasses",
          false);
  public static final Kind<VolumeGroupSnapshotContent> GROUP_CONTENT =
      new Kind<>(
          VolumeGroupSnapshotContent.class,
          GROUP_SNAPSHOTS,
          "VolumeGroupSnapshotContent",
          "volumegroupsnapshotcontents",
          false);
  public static final Kind<VolumeGroupSnapshot> GROUP_SNAPSHOT =
      new Kind<>(
          VolumeGroupSnapshot.class,
          GROUP_SNAPSHOTS,
          "VolumeGroupSnapshot",
          "volumegroupsnapshots",
          true);

  /** The kinds that users of standalone know, in the order in which {@code apply} creates them. */
  public static final List<Kind<?>> STANDALONE =
      List.of(
          NAMESPACE,
          NODE,
          CSI_DRIVER,
          STORAGE_CLASS,
          ATTRIBUTES_CLASS,
          SNAPSHOT_CLASS,
          GROUP_CLASS,
          CONFIG_MAP,
          SECRET,
          VOLUME,
          GROUP_CONTENT,
          SNAPSHOT_CONTENT,
          GROUP_SNAPSHOT,
          SNAPSHOT,
          CLAIM,
          POD,
          EVENT);

  /** Every kind. */
  public static final List<Kind<?>> ALL =
      Stream.concat(
              STANDALONE.stream(),
              Stream.of(
                  CSI_NODE,
                  VOLUME_ATTACHMENT,
                  CSI_STORAGE_CAPACITY,
                  LEASE,
                  ADMISSION_POLICY,
                  ADMISSION_POLICY_BINDING))
          .toList();

  /** The kind of this object by its class; a class that no kind has is a mistake of the caller. */
  @SuppressWarnings("unchecked") // the kind found is the one of the object's own class
  public static <T extends HasMetadata> Kind<T> of(T object) {
    return (Kind<T>)
        ALL.stream()
            .filter(kind -> kind.type.isInstance(object))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        object.getClass().getSimpleName() + " is not a kind of this cluster"));
  }

  /** The kind that a manifest names, of those that standalone knows. */
  public static Optional<Kind<?>> find(String apiVersion, String kind) {
    return STANDALONE.stream()
        .filter(k -> k.apiVersion.equals(apiVersion) && k.kind.equals(kind))
        .findFirst();
  }

  /** Whether an API server knows it only where its CustomResourceDefinition is installed. */
  public boolean isCustom() {
    return CustomObject.class.isAssignableFrom(type);
  }

  /** The group alone, empty for the core group. */
  public String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** The resource as messages name it: {@code storageclasses.storage.k8s.io}. */
  public String resource() {
    return group().isEmpty() ? plural : plural + "." + group();
  }

  @Override
  public String toString() {
    return kind;
  }
}
