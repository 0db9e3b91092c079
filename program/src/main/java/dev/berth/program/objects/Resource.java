package dev.berth.program.objects;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A kind of object as people name it on a command line: kind, plural or short name, in any case.
 */
enum Resource {
  CLAIM("PersistentVolumeClaim", "persistentvolumeclaims", "", true, "pvc"),
  VOLUME("PersistentVolume", "persistentvolumes", "", false, "pv"),
  STORAGE_CLASS("StorageClass", "storageclasses", "storage.k8s.io", false, "sc"),
  ATTRIBUTES_CLASS(
      "VolumeAttributesClass", "volumeattributesclasses", "storage.k8s.io", false, "vac"),
  SNAPSHOT("VolumeSnapshot", "volumesnapshots", Resource.SNAPSHOTS, true, "vs"),
  SNAPSHOT_CONTENT(
      "VolumeSnapshotContent", "volumesnapshotcontents", Resource.SNAPSHOTS, false, "vsc"),
  SNAPSHOT_CLASS(
      "VolumeSnapshotClass", "volumesnapshotclasses", Resource.SNAPSHOTS, false, "vsclass"),
  GROUP_SNAPSHOT("VolumeGroupSnapshot", "volumegroupsnapshots", Resource.GROUPS, true, "vgs"),
  GROUP_CONTENT(
      "VolumeGroupSnapshotContent", "volumegroupsnapshotcontents", Resource.GROUPS, false, "vgsc"),
  GROUP_CLASS(
      "VolumeGroupSnapshotClass", "volumegroupsnapshotclasses", Resource.GROUPS, false, "vgsclass"),
  POD("Pod", "pods", "", true, "po"),
  NODE("Node", "nodes", "", false, "no"),
  EVENT("Event", "events", "", true, "ev"),
  NAMESPACE("Namespace", "namespaces", "", false, "ns"),
  CONFIG_MAP("ConfigMap", "configmaps", "", true, "cm"),
  SECRET("Secret", "secrets", "", true, ""),
  CSI_DRIVER("CSIDriver", "csidrivers", "storage.k8s.io", false, "");

  private static final String SNAPSHOTS = "snapshot.storage.k8s.io";
  private static final String GROUPS = "groupsnapshot.storage.k8s.io";

  private final String kind;
  private final String plural;
  private final String group;
  private final boolean namespaced;
  private final String shortName;

  Resource(String kind, String plural, String group, boolean namespaced, String shortName) {
    this.kind = kind;
    this.plural = plural;
    this.group = group;
    this.namespaced = namespaced;
    this.shortName = shortName;
  }

  String kind() {
    return kind;
  }

  String plural() {
    return plural;
  }

  boolean isNamespaced() {
    return namespaced;
  }

  /**
   * The kind with its group as kubectl prints it before a name: {@code
   * storageclass.storage.k8s.io}.
   */
  String label() {
    String singular = kind.toLowerCase(Locale.ROOT);
    return group.isEmpty() ? singular : singular + "." + group;
  }

  /** What a person typed. */
  static Optional<Resource> find(String typed) {
    String word = typed.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(r -> r.names().contains(word)).findFirst();
  }

  static Optional<Resource> ofKind(String kind) {
    return Arrays.stream(values()).filter(r -> r.kind.equals(kind)).findFirst();
  }

  /** All names, for messages. */
  static String known() {
    return Arrays.stream(values())
        .map(r -> r.plural + (r.shortName.isEmpty() ? "" : " (" + r.shortName + ")"))
        .collect(Collectors.joining(", "));
  }

  private List<String> names() {
    String singular = kind.toLowerCase(Locale.ROOT);
    return List.of(
        singular,
        plural,
        shortName.isEmpty() ? plural : shortName,
        group.isEmpty() ? plural : singular + "." + group,
        group.isEmpty() ? plural : plural + "." + group);
  }
}
