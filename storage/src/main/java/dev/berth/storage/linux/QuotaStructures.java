package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.ProjectQuotas.Enforcement;
import java.nio.ByteBuffer;

/** What quotactl(2) reads and writes. */
final class QuotaStructures {
  /** {@code struct if_dqblk} of include/uapi/linux/quota.h. */
  static final int QUOTA_SIZE = 72;

  private static final int BLOCK_LIMIT = 0;
  private static final int SPACE = 16;
  private static final int INODE_LIMIT = 24;
  private static final int INODES = 40;
  private static final int VALID = 64;
  private static final int QIF_BLIMITS = 1;
  private static final int QIF_ILIMITS = 4;

  /** {@code struct fs_quota_stat} of include/uapi/linux/dqblk_xfs.h. */
  static final int STATE_SIZE = 80;

  private static final int FLAGS = 2;
  private static final int FS_QUOTA_PDQ_ACCT = 0x10;
  private static final int FS_QUOTA_PDQ_ENFD = 0x20;

  private QuotaStructures() {}

  /** Soft limits are none, so there is no time of grace. */
  static byte[] encode(QuotaLimits limits) {
    byte[] quota = new byte[QUOTA_SIZE];
    Abi.struct(quota)
        .putLong(BLOCK_LIMIT, limits.bytes().value() / QuotaLimits.UNIT.value())
        .putLong(INODE_LIMIT, limits.inodes())
        .putInt(VALID, QIF_BLIMITS | QIF_ILIMITS);
    return quota;
  }

  static QuotaUsage decode(byte[] quota) {
    ByteBuffer s = Abi.struct(quota);
    QuotaLimits limits =
        new QuotaLimits(QuotaLimits.UNIT.times(s.getLong(BLOCK_LIMIT)), s.getLong(INODE_LIMIT));
    return new QuotaUsage(Bytes.of(s.getLong(SPACE)), s.getLong(INODES), limits);
  }

  static Enforcement enforcement(byte[] state) {
    int flags = Abi.struct(state).getShort(FLAGS);
    if ((flags & FS_QUOTA_PDQ_ENFD) != 0) {
      return Enforcement.ENFORCED;
    }
    return (flags & FS_QUOTA_PDQ_ACCT) != 0 ? Enforcement.COUNTED : Enforcement.NONE;
  }
}
