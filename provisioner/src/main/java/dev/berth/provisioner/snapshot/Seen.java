package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was read about a VolumeSnapshot.
 *
 * @param klass the class that it names, if that exists
 * @param defaults the default classes of the claim's driver
 * @param content the one that it is bound to, or is to be
 */
record Seen(
    VolumeSnapshot snapshot,
    Optional<VolumeSnapshotClass> klass,
    List<VolumeSnapshotClass> defaults,
    Origin origin,
    Optional<VolumeSnapshotContent> content,
    Holders holders,
    Instant now) {
  /** The claim that it is to be cut from, and that claim's volume. */
  record Origin(Optional<Claim> claim, Optional<Volume> volume) {}

  /**
   * Who else has to do with it or its claim.
   *
   * @param restoring pending claims that are to be filled from it
   * @param claimElsewhere whether another snapshot of the same claim is not cut yet
   * @param inGroup whether the group that it was cut with is there and stays
   */
  record Holders(List<String> restoring, boolean claimElsewhere, boolean inGroup) {}

  /** The name of the content that is made for it. */
  String contentName() {
    return "snapcontent-" + snapshot.uid();
  }
}
