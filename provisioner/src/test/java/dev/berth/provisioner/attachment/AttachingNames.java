package dev.berth.provisioner.attachment;

/** The names of VolumeAttachments, for tests of other packages. */
public final class AttachingNames {
  private AttachingNames() {}

  public static String of(String handle, String driver, String node) {
    return AttachmentName.of(handle, driver, node);
  }
}
