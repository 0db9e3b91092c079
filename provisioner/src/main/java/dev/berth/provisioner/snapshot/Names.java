package dev.berth.provisioner.snapshot;

/** external-snapshotter's finalizers and annotations, which other programs know. */
public final class Names {
  private static final String PREFIX = "snapshot.storage.kubernetes.io/";

  /** Keeps a VolumeSnapshot while a claim is being filled from it. */
  public static final String SOURCE_PROTECTION = PREFIX + "volumesnapshot-as-source-protection";

  /** Keeps a VolumeSnapshot while it has a content. */
  public static final String BOUND_PROTECTION = PREFIX + "volumesnapshot-bound-protection";

  /** Keeps a VolumeSnapshot while the group that it was cut with is there. */
  public static final String GROUP_PROTECTION = PREFIX + "volumesnapshot-in-group-protection";

  /** Keeps a content until its snapshot is deleted from the driver, or may stay. */
  public static final String CONTENT_PROTECTION = PREFIX + "volumesnapshotcontent-bound-protection";

  /** Keeps a claim while it is being cut. */
  public static final String CLAIM_PROTECTION = PREFIX + "pvc-as-source-protection";

  /** On a content: CreateSnapshot may have been called, and its answer is not written down. */
  public static final String BEING_CREATED = PREFIX + "volumesnapshot-being-created";

  /** On a content: its VolumeSnapshot is being deleted. */
  public static final String BEING_DELETED = PREFIX + "volumesnapshot-being-deleted";

  static final String DELETION_SECRET_NAME = PREFIX + "deletion-secret-name";
  static final String DELETION_SECRET_NAMESPACE = PREFIX + "deletion-secret-namespace";

  /** On a class: snapshots of its driver that name none get this one. */
  static final String DEFAULT_CLASS = PREFIX + "is-default-class";

  /** On a content: who may write contents lets volumes of another mode be made of it. */
  public static final String ALLOW_MODE_CHANGE = PREFIX + "allow-volume-mode-change";

  static final String YES = "yes";

  private Names() {}
}
