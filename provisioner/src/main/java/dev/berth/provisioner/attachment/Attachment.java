package dev.berth.provisioner.attachment;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Key;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentStatus;
import io.fabric8.kubernetes.api.model.storage.VolumeError;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A VolumeAttachment as it is read.
 *
 * @param raw the object, never changed
 */
record Attachment(VolumeAttachment raw) {
  /** Where the driver knows the node as, for the day on which its CSINode is gone. */
  static final String NODE_ID = "csi.alpha.kubernetes.io/node-id";

  /** Ours: the volume as the driver knows it, for the day on which its PV is gone. */
  static final String HANDLE = "berth.dev/volume-handle";

  /** Ours: since when a node that is not ready has kept a volume that no pod needs, RFC 3339. */
  static final String UNWANTED_SINCE = "berth.dev/unwanted-since";

  String name() {
    return raw.getMetadata().getName();
  }

  Key key() {
    return Key.of(name());
  }

  String driver() {
    return raw.getSpec().getAttacher();
  }

  String node() {
    return raw.getSpec().getNodeName();
  }

  /** The PV; absent for volumes that are written into pods. */
  Optional<String> volume() {
    return Optional.ofNullable(raw.getSpec().getSource().getPersistentVolumeName())
        .filter(name -> !name.isEmpty());
  }

  boolean deleting() {
    return raw.getMetadata().getDeletionTimestamp() != null;
  }

  boolean attached() {
    return status().map(VolumeAttachmentStatus::getAttached).orElse(false);
  }

  /** What the driver said when it attached. */
  Map<String, String> publishContext() {
    return status()
        .map(VolumeAttachmentStatus::getAttachmentMetadata)
        .map(Map::copyOf)
        .orElseGet(Map::of);
  }

  Optional<String> attachError() {
    return status().map(VolumeAttachmentStatus::getAttachError).map(VolumeError::getMessage);
  }

  Optional<String> detachError() {
    return status().map(VolumeAttachmentStatus::getDetachError).map(VolumeError::getMessage);
  }

  Optional<String> annotation(String name) {
    return Optional.ofNullable(
        requireNonNullElse(raw.getMetadata().getAnnotations(), Map.<String, String>of()).get(name));
  }

  boolean hasFinalizer() {
    return requireNonNullElse(raw.getMetadata().getFinalizers(), List.<String>of())
        .contains(AttachmentName.finalizer(driver()));
  }

  /** Empty, too, when a person wrote nonsense there: then the time begins anew. */
  Optional<Instant> unwantedSince() {
    return annotation(UNWANTED_SINCE).flatMap(Attachment::parse);
  }

  /** The same without what was last said about failures: whoever wrote that knows it. */
  VolumeAttachment withoutErrors() {
    VolumeAttachmentBuilder without =
        new VolumeAttachmentBuilder(raw)
            .editMetadata()
            .withResourceVersion(null)
            .withManagedFields()
            .endMetadata();
    return without
        .editOrNewStatus()
        .withAttachError(null)
        .withDetachError(null)
        .endStatus()
        .build();
  }

  private Optional<VolumeAttachmentStatus> status() {
    return Optional.ofNullable(raw.getStatus());
  }

  private static Optional<Instant> parse(String time) {
    try {
      return Optional.of(Instant.parse(time));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
