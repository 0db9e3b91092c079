package dev.berth.provisioner.groupsnapshot;

import dev.berth.provisioner.cluster.Notice;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** What comes next for a VolumeGroupSnapshot: one effect, or the end. */
sealed interface GroupStep {
  /** All is as it should be, or it is somebody else's turn. */
  record Nothing() implements GroupStep {}

  /** Nothing can be done until something that is watched changes; the person is told. */
  record Tell(Notice notice) implements GroupStep {}

  /** It cannot go on: the person is told, the status says why, and it is tried again. */
  record Report(String reason, String why) implements GroupStep {}

  /** Write metadata and spec of an object. */
  record Write(HasMetadata object) implements GroupStep {}

  /** Write the status of an object, and say what happened where that is news. */
  record WriteStatus(HasMetadata object, List<Notice> news) implements GroupStep {}

  /** Make an object. */
  record Create(HasMetadata object, List<Notice> news) implements GroupStep {}

  /** Delete an object. */
  record Delete(HasMetadata object) implements GroupStep {}
}
