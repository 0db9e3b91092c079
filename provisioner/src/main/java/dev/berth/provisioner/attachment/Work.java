package dev.berth.provisioner.attachment;

import dev.berth.provisioner.object.Volume;
import java.util.Optional;

/** What comes next for a VolumeAttachment of our driver. */
sealed interface Work {
  /** All is as it should be. */
  record Nothing() implements Work {}

  /** It cannot be attached before something else changes; say so. */
  record Refuse(String why) implements Work {}

  /** Before the first call: put our finalizer on it, and note how to detach it. */
  record Hold(String nodeId, String handle) implements Work {}

  /** Before the first call: the PV knows how to detach it, so it stays. */
  record HoldVolume(Volume volume) implements Work {}

  /** ControllerPublishVolume. */
  record Publish(String nodeId) implements Work {}

  /** The driver has nothing to do for it: it is attached. */
  record Trivial() implements Work {}

  /** ControllerUnpublishVolume. */
  record Unpublish(String nodeId, String handle, Optional<Volume> volume) implements Work {}

  /** It cannot be detached before something else changes; say so. */
  record Stuck(String why) implements Work {}

  /** Nothing is attached any more: the object may go. */
  record LetGo() implements Work {}
}
