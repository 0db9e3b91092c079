package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct statx} of include/uapi/linux/stat.h, which is the same on every architecture,
 * unlike {@code struct stat}.
 */
final class Stat {
  static final int SIZE = 256;

  /** STATX_BASIC_STATS: all that stat(2) tells. */
  static final int BASIC = 0x7ff;

  private static final int ATTRIBUTES = 8;
  private static final int MODE = 28;
  private static final int INODE = 32;
  private static final int LENGTH = 40;
  private static final int BLOCKS = 48;
  private static final int ATTRIBUTES_MASK = 56;
  private static final int NODE_MAJOR = 128;
  private static final int DEVICE_MAJOR = 136;

  /** STATX_ATTR_MOUNT_ROOT: the top of a mount; since Linux 5.8. */
  private static final long MOUNT_ROOT = 0x2000;

  private static final Bytes BLOCK = Bytes.of(512);

  private Stat() {}

  static FileStat decode(byte[] statx) {
    ByteBuffer s = Abi.struct(statx);
    int mode = s.getShort(MODE) & 0xffff;
    FileKind kind = kind(mode);
    boolean isNode = kind == FileKind.BLOCK_DEVICE || kind == FileKind.CHARACTER_DEVICE;
    return new FileStat(
        new FileIdentity(device(s, DEVICE_MAJOR), s.getLong(INODE)),
        kind,
        mode & 0xfff,
        Bytes.of(s.getLong(LENGTH)),
        BLOCK.times(s.getLong(BLOCKS)),
        isNode ? Optional.of(device(s, NODE_MAJOR)) : Optional.empty());
  }

  /** Whether this is where something is mounted; empty when this kernel does not say. */
  static Optional<Boolean> isMountRoot(byte[] statx) {
    ByteBuffer s = Abi.struct(statx);
    return (s.getLong(ATTRIBUTES_MASK) & MOUNT_ROOT) == 0
        ? Optional.empty()
        : Optional.of((s.getLong(ATTRIBUTES) & MOUNT_ROOT) != 0);
  }

  private static DeviceNumber device(ByteBuffer s, int at) {
    return new DeviceNumber(s.getInt(at), s.getInt(at + Integer.BYTES));
  }

  /** S_IFMT of inode(7). */
  private static FileKind kind(int mode) {
    return switch (mode >> 12) {
      case 0x1 -> FileKind.FIFO;
      case 0x2 -> FileKind.CHARACTER_DEVICE;
      case 0x4 -> FileKind.DIRECTORY;
      case 0x6 -> FileKind.BLOCK_DEVICE;
      case 0x8 -> FileKind.REGULAR;
      case 0xa -> FileKind.SYMBOLIC_LINK;
      case 0xc -> FileKind.SOCKET;
      default -> throw new IllegalArgumentException("not a file's mode: " + mode);
    };
  }
}
