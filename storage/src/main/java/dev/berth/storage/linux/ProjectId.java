package dev.berth.storage.linux;

/**
 * The number of a project, as inodes carry it ({@code fsx_projid} of ioctl_xfs_fsgetxattr(2)). What
 * belongs to no project has {@link #NONE}, which has no quota.
 */
public record ProjectId(long value) {
  public static final ProjectId NONE = new ProjectId(0);

  /** The kernel keeps -1 for "invalid" (include/linux/projid.h). */
  private static final long LARGEST = 0xffff_fffeL;

  public ProjectId {
    if (value < 0 || value > LARGEST) {
      throw new IllegalArgumentException(
          "not a project id: " + value + "; it is at least 0 and at most " + LARGEST);
    }
  }

  /** The same bits as the kernel's unsigned 32-bit number. */
  int bits() {
    return (int) value;
  }

  static ProjectId ofBits(int bits) {
    return new ProjectId(Integer.toUnsignedLong(bits));
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
