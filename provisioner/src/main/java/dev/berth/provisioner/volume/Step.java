package dev.berth.provisioner.volume;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.recycle.Contents;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.Optional;

/** What comes next for a PV. */
sealed interface Step {
  /** All is as it should be, or it is somebody else's turn. */
  record Nothing() implements Step {}

  /** Write metadata and spec. */
  record Write(PersistentVolume volume) implements Step {}

  /** Write the status, and say what happened where that is news. */
  record WriteStatus(PersistentVolume volume, Optional<Notice> notice) implements Step {}

  /** Its claim seems to be gone: ask the cluster, not the cache, then write that it is released. */
  record ConfirmReleased() implements Step {}

  /** Empty the volume, then let anyone have it. */
  record Recycle(Contents contents) implements Step {}

  /** Say it; only a person can help. */
  record Tell(List<Notice> notices) implements Step {
    public Tell {
      notices = List.copyOf(notices);
    }
  }

  /** Delete the volume behind it, then the PV. */
  record Delete(String volumeHandle) implements Step {}
}
