package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/** statfs(2): {@code struct statfs} of include/uapi/asm-generic/statfs.h with 64-bit words. */
final class FileSystems {
  private static final int SIZE = 120;
  private static final int TYPE = 0;
  private static final int BLOCK_SIZE = 8;
  private static final int BLOCKS = 16;
  private static final int FREE = 24;
  private static final int AVAILABLE = 32;
  private static final int FILES = 40;
  private static final int FILES_FREE = 48;
  private static final int FLAGS = 80;

  /** ST_* of include/linux/statfs.h; a mount's flags that a remount would drop. */
  private static final Map<Integer, MountFlag> KEPT =
      Map.of(
          1, MountFlag.READ_ONLY,
          2, MountFlag.NO_SUID,
          4, MountFlag.NO_DEV,
          8, MountFlag.NO_EXEC,
          0x2000, MountFlag.NO_SYMFOLLOW);

  private final Kernel kernel;

  FileSystems(Kernel kernel) {
    this.kernel = kernel;
  }

  StatFs statfs(Path path) {
    return decode(raw(path));
  }

  /** The flags of the mount that {@code path} is on, as bits of mount(2). */
  long mountFlags(Path path) {
    long flags = Abi.struct(raw(path)).getLong(FLAGS);
    return KEPT.entrySet().stream()
        .filter(kept -> (flags & kept.getKey()) != 0)
        .mapToLong(kept -> kept.getValue().bit())
        .reduce(0, (a, b) -> a | b);
  }

  private byte[] raw(Path path) {
    byte[] answer = new byte[SIZE];
    kernel.call("statfs", path.toString(), () -> kernel.libc().statfs(path.toString(), answer));
    return answer;
  }

  static StatFs decode(byte[] answer) {
    ByteBuffer s = Abi.struct(answer);
    Bytes block = Bytes.of(s.getLong(BLOCK_SIZE));
    return new StatFs(
        s.getLong(TYPE),
        block,
        block.times(s.getLong(BLOCKS)),
        block.times(s.getLong(FREE)),
        block.times(s.getLong(AVAILABLE)),
        s.getLong(FILES),
        s.getLong(FILES_FREE));
  }
}
