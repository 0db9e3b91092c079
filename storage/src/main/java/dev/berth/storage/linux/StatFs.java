package dev.berth.storage.linux;

import dev.berth.storage.Bytes;

/**
 * What statfs(2) tells about a filesystem.
 *
 * @param type the magic number, see the constants
 * @param size of the filesystem
 * @param free what is free, reserved blocks included
 * @param available what is free for anybody
 * @param files inodes altogether; 0 where inodes are made as needed (btrfs)
 * @param filesFree inodes left
 */
public record StatFs(
    long type,
    Bytes blockSize,
    Bytes size,
    Bytes free,
    Bytes available,
    long files,
    long filesFree) {
  /** Magic numbers of include/uapi/linux/magic.h. */
  public static final long XFS = 0x58465342L;

  public static final long EXT4 = 0xEF53L;
  public static final long BTRFS = 0x9123683EL;
  public static final long TMPFS = 0x01021994L;
  public static final long OVERLAY = 0x794c7630L;
  public static final long NFS = 0x6969L;

  public Bytes used() {
    return size.minusOrZero(free);
  }
}
