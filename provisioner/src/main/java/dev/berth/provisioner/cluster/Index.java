package dev.berth.provisioner.cluster;

/**
 * What lists can be narrowed by without a scan. Each says which kind it is for and what its value
 * is.
 */
public enum Index {
  /** Any namespaced kind, by namespace. */
  BY_NAMESPACE,
  /** Claims, by the name of their StorageClass; a claim without one is under the empty string. */
  CLAIM_BY_CLASS,
  /** Claims, by the name of the volume in {@code spec.volumeName}. */
  CLAIM_BY_VOLUME,
  /** Volumes, by the {@code namespace/name} in their claimRef. */
  VOLUME_BY_CLAIM,
  /** Volumes, by the name of their StorageClass. */
  VOLUME_BY_CLASS,
  /** Volumes, by {@code spec.csi.volumeHandle}. */
  VOLUME_BY_HANDLE,
  /**
   * Pods, by the {@code namespace/name} of each claim that a volume of theirs mounts, a generic
   * ephemeral volume's claim ({@code pod-volume}) included.
   */
  POD_BY_CLAIM,
  /** Pods, by {@code spec.nodeName}; a pod without one is under the empty string. */
  POD_BY_NODE,
  /** Events, by the uid of the object that they are about. */
  EVENT_BY_UID
}
