package dev.berth.provisioner.attachment;

import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import java.util.Optional;

/** What comes next for a VolumeAttachment. Pure: the same sight gives the same work. */
final class AttacherDecision {
  private final String driver;
  private final boolean publishes;

  /**
   * Decisions for one driver.
   *
   * @param publishes whether it has ControllerPublishVolume
   */
  AttacherDecision(String driver, boolean publishes) {
    this.driver = driver;
    this.publishes = publishes;
  }

  /**
   * Everything that was read.
   *
   * @param volume the PV that it names
   * @param nodeId the node as the driver knows it, by the CSINode
   */
  record Sight(Attachment attachment, Optional<Volume> volume, Optional<String> nodeId) {}

  Work decide(Sight seen) {
    if (!seen.attachment().driver().equals(driver)) {
      return new Work.Nothing();
    }
    return seen.attachment().deleting() ? detach(seen) : attach(seen);
  }

  private Work attach(Sight seen) {
    Attachment attachment = seen.attachment();
    if (attachment.attached()) {
      return new Work.Nothing();
    }
    if (!publishes) {
      return new Work.Trivial();
    }
    String name = attachment.volume().orElse("");
    if (seen.volume().isEmpty()) {
      return new Work.Refuse("persistentvolume \"" + name + "\" not found");
    }
    Volume volume = seen.volume().get();
    Optional<String> handle = handle(volume);
    if (handle.isEmpty()) {
      return new Work.Refuse("PersistentVolume \"" + name + "\" is no volume of driver " + driver);
    }
    if (volume.deleting()) {
      return new Work.Refuse("PersistentVolume \"" + name + "\" is marked for deletion");
    }
    if (seen.nodeId().isEmpty()) {
      return new Work.Refuse("CSINode " + attachment.node() + " does not contain driver " + driver);
    }
    String nodeId = seen.nodeId().get();
    if (!attachment.hasFinalizer() || !notes(attachment, nodeId, handle.get())) {
      return new Work.Hold(nodeId, handle.get());
    }
    return volume.hasFinalizer(AttachmentName.finalizer(driver))
        ? new Work.Publish(nodeId)
        : new Work.HoldVolume(volume);
  }

  private static boolean notes(Attachment attachment, String nodeId, String handle) {
    return attachment.annotation(Attachment.NODE_ID).filter(nodeId::equals).isPresent()
        && attachment.annotation(Attachment.HANDLE).filter(handle::equals).isPresent();
  }

  private Optional<String> handle(Volume volume) {
    return volume
        .csi()
        .filter(csi -> driver.equals(csi.getDriver()))
        .map(CSIPersistentVolumeSource::getVolumeHandle);
  }

  /** Whether it was ever attached nobody asks: only the driver's own word says that it is not. */
  private Work detach(Sight seen) {
    Attachment attachment = seen.attachment();
    if (!attachment.hasFinalizer()) {
      return new Work.Nothing(); // no call was ever made for it
    }
    if (!publishes) {
      return new Work.LetGo();
    }
    Optional<String> handle =
        seen.volume().flatMap(this::handle).or(() -> attachment.annotation(Attachment.HANDLE));
    if (handle.isEmpty()) {
      return new Work.Stuck(
          "persistentvolume \"" + attachment.volume().orElse("") + "\" not found");
    }
    return attachment
        .annotation(Attachment.NODE_ID)
        .or(seen::nodeId)
        .<Work>map(nodeId -> new Work.Unpublish(nodeId, handle.get(), seen.volume()))
        .orElseGet(
            () ->
                new Work.Stuck(
                    "CSINode " + attachment.node() + " does not contain driver " + driver));
  }
}
