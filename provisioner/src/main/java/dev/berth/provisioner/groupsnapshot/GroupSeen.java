package dev.berth.provisioner.groupsnapshot;

import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was read about a VolumeGroupSnapshot.
 *
 * @param klass the class that it names, if that exists
 * @param defaults the default classes of the driver
 * @param sources the claims that its selector chooses
 * @param content the one that it is bound to, or is to be
 * @param members what the driver answered, with the objects of each
 */
record GroupSeen(
    VolumeGroupSnapshot group,
    Optional<VolumeGroupSnapshotClass> klass,
    List<VolumeGroupSnapshotClass> defaults,
    List<Source> sources,
    Optional<VolumeGroupSnapshotContent> content,
    List<Member> members) {
  /** A claim to be cut, and its volume. */
  record Source(Claim claim, Optional<Volume> volume) {}

  /**
   * One snapshot of the group.
   *
   * @param name what the names of its objects end with
   * @param volume the volume that it was cut from, if it is still there
   * @param snapshot its VolumeSnapshot, if that is made already
   * @param content its VolumeSnapshotContent, if that is made already
   * @param restoring whether a pending claim is being filled from it
   */
  record Member(
      VolumeGroupSnapshotContent.Member told,
      String name,
      Optional<Volume> volume,
      Optional<VolumeSnapshot> snapshot,
      Optional<VolumeSnapshotContent> content,
      boolean restoring) {}
}
