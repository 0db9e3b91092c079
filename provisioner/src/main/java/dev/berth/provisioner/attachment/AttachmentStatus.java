package dev.berth.provisioner.attachment;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeError;
import io.fabric8.kubernetes.api.model.storage.VolumeErrorBuilder;
import io.grpc.Status;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** Writes into VolumeAttachments what became of them. What is already said is not said again. */
final class AttachmentStatus {
  private final Cluster cluster;
  private final InstantSource clock;

  AttachmentStatus(Cluster cluster, InstantSource clock) {
    this.cluster = cluster;
    this.clock = clock;
  }

  /** Attached, with what the driver said for the node. */
  Attachment attached(Attachment attachment, Optional<Map<String, String>> publishContext) {
    return new Attachment(
        cluster.replaceStatus(
            new VolumeAttachmentBuilder(attachment.raw())
                .withNewStatus()
                .withAttached(true)
                .withAttachmentMetadata(publishContext.orElse(null))
                .endStatus()
                .build()));
  }

  void attachFailed(Attachment attachment, String why, Optional<Status.Code> code) {
    if (attachment.attachError().filter(why::equals).isEmpty()) {
      cluster.replaceStatus(
          new VolumeAttachmentBuilder(attachment.raw())
              .editOrNewStatus()
              .withAttached(false)
              .withAttachError(error(why, code))
              .endStatus()
              .build());
    }
  }

  void detachFailed(Attachment attachment, String why, Optional<Status.Code> code) {
    if (attachment.detachError().filter(why::equals).isEmpty()) {
      cluster.replaceStatus(
          new VolumeAttachmentBuilder(attachment.raw())
              .editOrNewStatus()
              .withAttached(attachment.attached())
              .withDetachError(error(why, code))
              .endStatus()
              .build());
    }
  }

  /** Detached for certain: the status first, then the finalizer, and with it the object. */
  void letGo(Attachment attachment) {
    try {
      Attachment detached =
          new Attachment(
              cluster.replaceStatus(
                  new VolumeAttachmentBuilder(attachment.raw())
                      .withNewStatus()
                      .withAttached(false)
                      .endStatus()
                      .build()));
      cluster.replace(
          new VolumeAttachmentBuilder(detached.raw())
              .editMetadata()
              .removeFromFinalizers(AttachmentName.finalizer(attachment.driver()))
              .endMetadata()
              .build());
    } catch (ClusterException.NotFound _) {
      // somebody else took the last finalizer off
    }
  }

  /** Of all codes upstream's field knows only the number; it is for alerts, not for decisions. */
  private VolumeError error(String why, Optional<Status.Code> code) {
    return new VolumeErrorBuilder()
        .withMessage(why)
        .withTime(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
        .withErrorCode(code.map(Status.Code::value).orElse(null))
        .build();
  }
}
