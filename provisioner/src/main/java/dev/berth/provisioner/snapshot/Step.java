package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;

/** What comes next for a VolumeSnapshot: one effect, or the end. */
sealed interface Step {
  /** All is as it should be, or it is somebody else's turn. */
  record Nothing() implements Step {}

  /** Nothing can be done until something that is watched changes; the person is told. */
  record Tell(Notice notice) implements Step {}

  /** It cannot go on: the person is told, the status says why, and it is tried again. */
  record Report(String reason, String why) implements Step {}

  /** Write metadata and spec of the snapshot. */
  record WriteSnapshot(VolumeSnapshot snapshot) implements Step {}

  /** Write the status of the snapshot, and say what happened where that is news. */
  record WriteStatus(VolumeSnapshot snapshot, List<Notice> news) implements Step {}

  /** Write metadata of the claim: the protection that it has while it is cut. */
  record WriteClaim(PersistentVolumeClaim claim) implements Step {}

  /** Write down that a snapshot is to be cut. */
  record CreateContent(VolumeSnapshotContent content, Notice notice) implements Step {}

  /** Write metadata and spec of the content. */
  record WriteContent(VolumeSnapshotContent content) implements Step {}

  /** The snapshot of the driver is to go as well. */
  record DeleteContent(VolumeSnapshotContent content) implements Step {}
}
