package dev.berth.storage.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * {@code struct loop_info64} and {@code struct loop_config} of include/uapi/linux/loop.h.
 *
 * @param backing lo_device and lo_inode: the file, whatever its name is by now
 * @param name lo_file_name
 */
record LoopInfo(FileIdentity backing, String name, int flags) {
  static final int READ_ONLY = 1;
  static final int AUTOCLEAR = 4;
  static final int DIRECT_IO = 16;

  private static final int INFO_SIZE = 232;
  private static final int DEVICE = 0;
  private static final int INODE = 8;
  private static final int FLAGS = 52;
  private static final int NAME = 56;
  private static final int NAME_SIZE = 64;

  /** loop_config: the descriptor, the block size, loop_info64, and eight reserved words. */
  private static final int CONFIG_SIZE = 304;

  private static final int CONFIG_FD = 0;
  private static final int CONFIG_BLOCK_SIZE = 4;
  private static final int CONFIG_INFO = 8;

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Takes a flag out of an answer of LOOP_GET_STATUS64, to be given back to the kernel. */
  static void clear(byte[] info, int flag) {
    ByteBuffer s = Abi.struct(info);
    s.putInt(FLAGS, s.getInt(FLAGS) & ~flag);
  }

  /** Room for an answer of LOOP_GET_STATUS64. */
  static byte[] room() {
    return new byte[INFO_SIZE];
  }

  static LoopInfo decode(byte[] info) {
    ByteBuffer s = Abi.struct(info);
    int end = NAME;
    while (end < NAME + NAME_SIZE && info[end] != 0) {
      end++;
    }
    return new LoopInfo(
        new FileIdentity(DeviceNumber.decode(s.getLong(DEVICE)), s.getLong(INODE)),
        new String(info, NAME, end - NAME, StandardCharsets.UTF_8),
        s.getInt(FLAGS));
  }

  /** The argument of LOOP_CONFIGURE. LO_FLAGS_AUTOCLEAR is never set: we detach, not a reader. */
  static byte[] config(int fd, LoopDevices.AttachRequest request) {
    byte[] config = new byte[CONFIG_SIZE];
    ByteBuffer s = Abi.struct(config);
    s.putInt(CONFIG_FD, fd);
    s.putInt(CONFIG_BLOCK_SIZE, (int) request.blockSize().value());
    int flags = (request.readOnly() ? READ_ONLY : 0) | (request.directIo() ? DIRECT_IO : 0);
    s.putInt(CONFIG_INFO + FLAGS, flags);
    byte[] name = request.name().getBytes(StandardCharsets.UTF_8);
    s.put(CONFIG_INFO + NAME, name);
    return config;
  }
}
