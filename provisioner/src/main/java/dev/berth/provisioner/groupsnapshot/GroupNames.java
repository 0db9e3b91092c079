package dev.berth.provisioner.groupsnapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** external-snapshotter's names for groups, which other programs know. */
final class GroupNames {
  private static final String PREFIX = "groupsnapshot.storage.kubernetes.io/";

  /** Keeps a VolumeGroupSnapshot while it has a content. */
  static final String BOUND_PROTECTION = PREFIX + "volumegroupsnapshot-bound-protection";

  /** Keeps a content until its snapshots are deleted from the driver, or may stay. */
  static final String CONTENT_PROTECTION = PREFIX + "volumegroupsnapshotcontent-bound-protection";

  /** On a content: the call may have been made, and its answer is not written down. */
  static final String BEING_CREATED = PREFIX + "volumegroupsnapshot-being-created";

  /** On a content: its VolumeGroupSnapshot is being deleted. */
  static final String BEING_DELETED = PREFIX + "volumegroupsnapshot-being-deleted";

  static final String DELETION_SECRET_NAME = PREFIX + "deletion-secret-name";
  static final String DELETION_SECRET_NAMESPACE = PREFIX + "deletion-secret-namespace";
  static final String DEFAULT_CLASS = PREFIX + "is-default-class";
  static final String YES = "yes";

  private GroupNames() {}

  /** What the names of a member's two objects end with. */
  static String member(String contentUid, String volumeHandle) {
    try {
      byte[] text = (contentUid + volumeHandle).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
