package dev.berth.storage.linux;

/** Flags of umount2(2); UMOUNT_NOFOLLOW is always given besides. */
public enum UnmountFlag {
  /** MNT_FORCE: abort requests that are under way (network filesystems). */
  FORCE(1),
  /** MNT_DETACH: take it out of the tree now, and let it go when the last user does. */
  DETACH(2);

  private final int bit;

  UnmountFlag(int bit) {
    this.bit = bit;
  }

  int bit() {
    return bit;
  }
}
