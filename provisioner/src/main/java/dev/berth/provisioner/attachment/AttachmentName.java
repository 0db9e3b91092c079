package dev.berth.provisioner.attachment;

import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The names by which Kubernetes' programs find each other's attachments; each is exact. */
final class AttachmentName {
  private static final Pattern SHAPE = Pattern.compile("csi-[0-9a-f]{64}");
  private static final String PREFIX = "kubernetes.io/csi/";

  private AttachmentName() {}

  /** The VolumeAttachment of a volume on a node: who attaches it finds the one that is there. */
  static String of(String handle, String driver, String node) {
    byte[] text = (handle + driver + node).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return "csi-" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether a name may have been made by {@link #of}. */
  static boolean isOne(String name) {
    return SHAPE.matcher(name).matches();
  }

  /** The volume as {@code status.volumesInUse} and {@code volumesAttached} of a Node name it. */
  static String unique(String driver, String handle) {
    return PREFIX + driver + "^" + handle;
  }

  static String unique(CSIPersistentVolumeSource csi) {
    return unique(csi.getDriver(), csi.getVolumeHandle());
  }

  /** Whether a name that {@link #unique} made is the volume of this VolumeAttachment. */
  static boolean isOf(String unique, Attachment attachment) {
    String start = unique(attachment.driver(), "");
    return unique.startsWith(start)
        && of(unique.substring(start.length()), attachment.driver(), attachment.node())
            .equals(attachment.name());
  }

  /** What keeps a VolumeAttachment, and its PV, until the driver has detached it. */
  static String finalizer(String driver) {
    return "external-attacher/" + driver.replaceAll("[^a-zA-Z0-9-]", "-");
  }
}
