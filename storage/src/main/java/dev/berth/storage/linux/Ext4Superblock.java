package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The size of an ext4 filesystem, from its superblock: Documentation/filesystems/ext4/super.rst.
 * Little-endian on every machine.
 */
record Ext4Superblock(long blocks, Bytes blockSize) {
  static final int OFFSET = 1024;
  static final int SIZE = 1024;

  private static final int BLOCKS_LOW = 0x4;
  private static final int LOG_BLOCK_SIZE = 0x18;
  private static final int MAGIC = 0x38;
  private static final int INCOMPATIBLE = 0x60;
  private static final int BLOCKS_HIGH = 0x150;
  private static final int COMPATIBLE = 0x5c;
  private static final int FEATURE_64BIT = 0x80;
  private static final int FEATURE_JOURNAL = 0x4;
  private static final int FEATURE_RECOVER = 0x4;

  /** Whether there is a journal, with nothing in it to replay. */
  static boolean isJournalAtRest(byte[] bytes) {
    ByteBuffer s = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return (s.getInt(COMPATIBLE) & FEATURE_JOURNAL) != 0
        && (s.getInt(INCOMPATIBLE) & FEATURE_RECOVER) == 0;
  }

  static Ext4Superblock decode(byte[] bytes) {
    ByteBuffer s = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int magic = s.getShort(MAGIC) & 0xffff;
    if (magic != StatFs.EXT4) {
      throw new IllegalArgumentException(
          String.format("not an ext4 superblock: magic number %#x, not 0xef53", magic));
    }
    boolean wide = (s.getInt(INCOMPATIBLE) & FEATURE_64BIT) != 0;
    long high = wide ? Integer.toUnsignedLong(s.getInt(BLOCKS_HIGH)) : 0;
    return new Ext4Superblock(
        high << 32 | Integer.toUnsignedLong(s.getInt(BLOCKS_LOW)),
        Bytes.ofKiB(1L << s.getInt(LOG_BLOCK_SIZE)));
  }
}
