package dev.berth.storage;

import java.util.Optional;

/**
 * The PersistentVolumeClaim that a volume was made for and the PersistentVolume that names it, as
 * the controller told us; for people and for repair.
 *
 * @param cluster the uid of its cluster: that of the namespace {@code kube-system}; empty when the
 *     controller did not tell, or the record is of format 1
 * @param uid of the claim; empty as the cluster is
 * @param volume the name of the PersistentVolume
 */
public record Claim(
    Optional<String> cluster, String namespace, String name, Optional<String> uid, String volume) {
  /** A claim by its names alone. */
  public Claim(String namespace, String name, String volume) {
    this(Optional.empty(), namespace, name, Optional.empty(), volume);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
