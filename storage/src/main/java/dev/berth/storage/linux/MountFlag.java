package dev.berth.storage.linux;

import java.util.Arrays;
import java.util.Optional;

/**
 * Flags of mount(2) that belong to a mount, with the word that mount(8) and {@code mountOptions}
 * use for each; the numbers are those of include/uapi/linux/mount.h.
 */
public enum MountFlag {
  READ_ONLY("ro", 1),
  NO_SUID("nosuid", 1 << 1),
  NO_DEV("nodev", 1 << 2),
  NO_EXEC("noexec", 1 << 3),
  SYNCHRONOUS("sync", 1 << 4),
  DIRSYNC("dirsync", 1 << 7),
  NO_SYMFOLLOW("nosymfollow", 1 << 8),
  NO_ATIME("noatime", 1 << 10),
  NO_DIRATIME("nodiratime", 1 << 11),
  /** MS_REC: a bind takes the mounts below its source along. */
  RECURSIVE("rbind", 1 << 14),
  RELATIME("relatime", 1 << 21),
  STRICT_ATIME("strictatime", 1 << 24),
  LAZYTIME("lazytime", 1 << 25);

  private final String option;
  private final long bit;

  MountFlag(String option, long bit) {
    this.option = option;
    this.bit = bit;
  }

  /** The word of mount(8), for example {@code nosuid}. */
  public String option() {
    return option;
  }

  long bit() {
    return bit;
  }

  /** The flag of a word of mount(8); empty for what is the filesystem's own option. */
  public static Optional<MountFlag> parse(String option) {
    return Arrays.stream(values()).filter(f -> f.option.equals(option)).findFirst();
  }
}
