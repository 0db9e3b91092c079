package dev.berth.controller.parameters;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The parameters of a StorageClass: the one table of their names, values and meaning. */
enum ClassParameter {
  POOL(
      "pool",
      "name of a pool",
      "the pool with the most room",
      "The pool that volumes are made in, as it is called in `--pool NAME=DIR`."),
  ALLOCATION(
      "allocation",
      "`thin` or `thick`",
      "`thin`",
      "Whether a volume takes room in its pool as it fills, or all of it at once. A thick volume"
          + " never meets a full pool when it is written to, unless `fstrim` or the mount option"
          + " `discard` gave its blocks back before."),
  KIND(
      "kind",
      "`image` or `directory`",
      "`image`",
      "What a volume is. An image is one file that holds a filesystem or raw blocks; its size is a hard limit. A"
          + " directory lies in the pool's own filesystem; what its size is worth says"
          + " [directory-volumes.md](directory-volumes.md)."),
  CAPACITY(
      "capacity",
      "`enforced` or `advisory`",
      "`enforced`",
      "Of directories only: whether the kernel must keep them to their size. A pool that cannot refuses `enforced`; an"
          + " `advisory` volume is refused in a pool with thin images, whose room it could take."),
  BLOCK_SIZE(
      "blockSize",
      "`512` or `4096`",
      "`4096`",
      "The logical block size of raw block volumes (`volumeMode: Block`), fixed for their life."
          + " `512` is for software that writes sectors of 512 bytes past the page cache."
          + " Filesystem volumes always use 4096."),
  UNDELETE(
      "undelete",
      "a duration such as `24h`, `90m`, `1h30m` or `7d`",
      "`0s`",
      "How long a deleted volume waits in its pool's trash. The trash still yields, oldest first, when a new volume"
          + " needs the room."),
  MAX_FREEZE(
      "maxFreeze",
      "a duration such as `2s` or `500ms`",
      "`2s`",
      "For how long the writers of a volume in use may be held up while it is copied in a pool that cannot share blocks"
          + " (ext4, tmpfs, or from one pool to another). A copy that would take longer is refused; on xfs and btrfs"
          + " nothing is held up. A VolumeSnapshotClass and a VolumeGroupSnapshotClass take it too."),
  CLAIM_NAME(
      "csi.storage.k8s.io/pvc/name",
      "set by the controller",
      "",
      "The claim that the volume is made for; recorded with the volume, for people and for"
          + " repair."),
  CLAIM_NAMESPACE(
      "csi.storage.k8s.io/pvc/namespace",
      "set by the controller",
      "",
      "The namespace of that claim."),
  VOLUME_NAME(
      "csi.storage.k8s.io/pv/name",
      "set by the controller",
      "",
      "The PersistentVolume that will name the volume."),
  CLUSTER(
      "berth.dev/cluster",
      "set by the controller",
      "",
      "The uid of the cluster (of its namespace `kube-system`); recorded with the volume, so that a"
          + " volume that nobody names any more is known to be this cluster's or another's."),
  CLAIM_UID(
      "berth.dev/claim-uid", "set by the controller", "", "The uid of the claim, for the same.");

  private final String key;
  private final String takes;
  private final String otherwise;
  private final String meaning;

  ClassParameter(String key, String takes, String otherwise, String meaning) {
    this.key = key;
    this.takes = takes;
    this.otherwise = otherwise;
    this.meaning = meaning;
  }

  String key() {
    return key;
  }

  String takes() {
    return takes;
  }

  /** What holds when the parameter is left out; empty when nothing does. */
  String otherwise() {
    return otherwise;
  }

  String meaning() {
    return meaning;
  }

  /** Whether a person writes it into a StorageClass. */
  boolean isForPeople() {
    return !otherwise.isEmpty();
  }

  static Optional<ClassParameter> find(String key) {
    return Arrays.stream(values()).filter(p -> p.key.equals(key)).findFirst();
  }

  static List<ClassParameter> forPeople() {
    return Arrays.stream(values()).filter(ClassParameter::isForPeople).toList();
  }

  static String known() {
    return forPeople().stream().map(ClassParameter::key).collect(Collectors.joining(", "));
  }
}
