package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** FICLONE of ioctl_ficlone(2): a file with the data of another that shares its blocks. */
final class Reflinks {
  /** include/uapi/linux/fs.h. */
  private static final long FICLONE = Abi.iow((char) 0x94, 9, Integer.BYTES);

  private static final int OWNER_ONLY = 0x180;

  /** What kernels answer where there is no reflink: EOPNOTSUPP most, ENOTTY and EINVAL some. */
  private static final Set<String> UNSUPPORTED =
      Set.of("EOPNOTSUPP", "ENOTSUP", "ENOTTY", "EINVAL", "ENOSYS");

  private final Kernel kernel;

  Reflinks(Kernel kernel) {
    this.kernel = kernel;
  }

  void reflink(Path source, Path target) {
    int create = Abi.O_RDWR | Abi.O_CREAT | Abi.O_EXCL | Abi.O_NOFOLLOW;
    try (Descriptor from = kernel.open(source, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK);
        Descriptor to = kernel.open(target, create, OWNER_ONLY)) {
      clone(from, to);
    }
  }

  private void clone(Descriptor from, Descriptor to) {
    try {
      InodeFlags.alignCopyOnWrite(from, to);
      kernel.call(
          "ioctl FICLONE",
          from.path() + " to " + to.path(),
          () -> kernel.libc().ioctl(to.fd(), FICLONE, from.fd()));
    } catch (SystemCallFailed refused) {
      String target = to.path().toString();
      kernel.call("unlink", target, () -> kernel.libc().unlink(target));
      throw refused;
    }
  }

  boolean isSupported(Path dir) {
    try {
      Path source = Files.createTempFile(dir, ".reflink-", ".source");
      Path target = source.resolveSibling(source.getFileName() + ".target");
      try {
        Files.write(source, new byte[4096]);
        reflink(source, target);
        return true;
      } catch (SystemCallFailed refused) {
        if (UNSUPPORTED.contains(refused.errno())) {
          return false;
        }
        throw refused;
      } finally {
        Files.deleteIfExists(target);
        Files.delete(source);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("trying a reflink in " + dir, e);
    }
  }
}
