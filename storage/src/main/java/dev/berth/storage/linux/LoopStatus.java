package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the kernel says of an attached loop device. LOOP_GET_STATUS64 asks the file's filesystem for
 * the inode number, and so is EIO when that has shut itself down. What this process has attached is
 * still known then, as long as the number has a file of the same name: else nobody could take it
 * down.
 */
final class LoopStatus {
  private static final long LOOP_GET_STATUS64 = 0x4C05;

  private final SysBlock sys;
  private final Map<Integer, Known> known = new ConcurrentHashMap<>();

  private record Known(LoopInfo info, Path image) {}

  LoopStatus(SysBlock sys) {
    this.sys = sys;
  }

  /** Of a device that this process has just attached. */
  LoopInfo first(Descriptor node, int number, Path image) {
    LoopInfo info = asked(node);
    known.put(number, new Known(info, image));
    return info;
  }

  /** Of any device. */
  LoopInfo of(Descriptor node, int number) {
    try {
      return asked(node);
    } catch (SystemCallFailed refused) {
      Known before = known.get(number);
      if (refused.is("EIO") && before != null && sys.isAttached(number, before.image())) {
        return before.info();
      }
      throw refused;
    }
  }

  private static LoopInfo asked(Descriptor node) {
    byte[] info = LoopInfo.room();
    node.ioctl("LOOP_GET_STATUS64", LOOP_GET_STATUS64, info);
    return LoopInfo.decode(info);
  }
}
