package dev.berth.storage.linux;

/**
 * How a mounted filesystem on a loop device is, as far as the kernel tells.
 *
 * @param errors how many errors it has counted since it was last checked (ext4)
 * @param shutDown whether it gave up: everything answers EIO until it is mounted anew
 * @param frozen whether it is frozen (FIFREEZE of ioctl_fsfreeze(2)), so that writers wait
 */
public record FilesystemCondition(long errors, boolean shutDown, boolean frozen) {
  /** Nothing is known to be wrong. */
  public static final FilesystemCondition WELL = new FilesystemCondition(0, false, false);
}
