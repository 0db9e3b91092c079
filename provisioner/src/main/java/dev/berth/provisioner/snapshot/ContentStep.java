package dev.berth.provisioner.snapshot;

import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;

/** What comes next for a content: one effect, or the end. */
sealed interface ContentStep {
  /** All is as it should be, or it is somebody else's turn. */
  record Nothing() implements ContentStep {}

  /** It cannot go on: status and event say why, and it is tried again. */
  record Report(String reason, String why) implements ContentStep {}

  /** Write metadata of the content. */
  record Write(VolumeSnapshotContent content) implements ContentStep {}

  /** Call CreateSnapshot, or ask with it whether the snapshot is ready. */
  record Cut(CreateSnapshotRequest request) implements ContentStep {}

  /** Ask the driver for a snapshot that is there already. */
  record LookUp(String handle) implements ContentStep {}

  /** Call DeleteSnapshot. */
  record Delete(String handle) implements ContentStep {}

  /** CreateSnapshot may have made one: ask for its handle, then delete it. */
  record FindAndDelete(CreateSnapshotRequest request) implements ContentStep {}
}
