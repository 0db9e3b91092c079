package dev.berth.storage.linux;

/** How mounts below a mount travel to its peers (mount_namespaces(7)). */
public enum Propagation {
  PRIVATE(1 << 18, false),
  SLAVE(1 << 19, false),
  SHARED(1 << 20, false),
  UNBINDABLE(1 << 17, false),
  RECURSIVE_PRIVATE(1 << 18, true),
  RECURSIVE_SLAVE(1 << 19, true),
  RECURSIVE_SHARED(1 << 20, true),
  RECURSIVE_UNBINDABLE(1 << 17, true);

  private final long bit;
  private final boolean recursive;

  Propagation(long bit, boolean recursive) {
    this.bit = bit;
    this.recursive = recursive;
  }

  /** MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE, with MS_REC for the recursive ones. */
  long bits() {
    return recursive ? bit | MountFlag.RECURSIVE.bit() : bit;
  }

  /** Whether the mounts below are changed too. */
  public boolean isRecursive() {
    return recursive;
  }
}
