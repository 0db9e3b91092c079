package dev.berth.storage.linux.recorded;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import jnr.constants.platform.Errno;

/** Says no as the kernel would. */
final class Refusal {
  private Refusal() {}

  static SystemCallFailed of(String call, String arguments, Errno errno) {
    return new SystemCallFailed(call, arguments, errno.name(), errno.toString());
  }

  static void requireExisting(Path path, String call, String arguments) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw of(call, arguments, Errno.ENOENT);
    }
  }
}
