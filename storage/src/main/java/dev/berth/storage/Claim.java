package dev.berth.storage;

/**
 * The PersistentVolumeClaim that a volume was made for and the PersistentVolume that names it, as
 * the controller told us; for people and for repair, nothing is decided by it.
 */
public record Claim(String namespace, String name, String volume) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
