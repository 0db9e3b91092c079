package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Binding a part of a directory without ever leaving it, whatever others do in it meanwhile: each
 * name is opened with openat2(2) and RESOLVE_BENEATH, and what is bound is the open file itself.
 */
public final class PartBind {
  /** include/uapi/linux/openat2.h. */
  private static final long RESOLVE_NO_MAGICLINKS = 2;

  private static final long RESOLVE_BENEATH = 8;

  /** {@code struct open_how}: flags, mode, resolve; eight bytes each. */
  private static final int HOW_SIZE = 24;

  /** EAGAIN: something was renamed during the walk, so that the kernel cannot be sure. */
  private static final int TRIES = 100;

  private final Kernel kernel;
  private final Mounts mounts;

  private PartBind(Kernel kernel) {
    this.kernel = kernel;
    this.mounts = new LinuxMounts(kernel);
  }

  /** Over the kernel that this process runs on; loading the C library takes a tenth of a second. */
  public static PartBind real() {
    return new PartBind(Kernel.load());
  }

  /**
   * Makes a part of {@code root} visible at {@code target}, which is made as a directory or file
   * like it unless it is there. Names that are missing are made as directories. Symbolic links that
   * stay in {@code root} are followed. Errno EXDEV for what leads out of {@code root}, ENOENT for a
   * link to nothing, ENOTDIR for a file in the way.
   *
   * @throws UncheckedIOException if a directory or the target cannot be made
   */
  public void bind(Path root, Path part, Path target, Set<MountFlag> flags) {
    try (Descriptor top = kernel.open(root, Abi.O_PATH | Abi.O_DIRECTORY);
        Descriptor found = walk(top, part)) {
      make(target, found.stat().kind() == FileKind.DIRECTORY);
      mounts.bind(Path.of(self(found)), target, flags);
    } catch (IOException e) {
      throw new UncheckedIOException("binding " + part + " of " + root + " to " + target, e);
    }
  }

  private static String self(Descriptor open) {
    return "/proc/self/fd/" + open.fd();
  }

  private static void make(Path target, boolean directory) throws IOException {
    if (Files.notExists(target)) {
      if (directory) {
        Files.createDirectory(target);
      } else {
        Files.createFile(target);
      }
    }
  }

  private Descriptor walk(Descriptor top, Path part) throws IOException {
    Descriptor at = open(top, Path.of("."));
    Path walked = Path.of("");
    for (Path name : part) {
      walked = walked.resolve(name);
      try (Descriptor parent = at) {
        at = openOrMake(top, parent, walked);
      }
    }
    return at;
  }

  private Descriptor openOrMake(Descriptor top, Descriptor parent, Path walked) throws IOException {
    try {
      return open(top, walked);
    } catch (SystemCallFailed refused) {
      if (!refused.is("ENOENT")) {
        throw refused;
      }
    }
    try {
      // Made in the open directory itself, wherever its name leads by now.
      Files.createDirectory(Path.of(self(parent)).resolve(walked.getFileName()));
    } catch (FileAlreadyExistsException _) {
      // somebody was faster, or it is a link to nothing: opening it tells
    }
    return open(top, walked);
  }

  private Descriptor open(Descriptor top, Path part) {
    byte[] how = new byte[HOW_SIZE];
    ByteBuffer s = Abi.struct(how);
    s.putLong(0, Abi.O_PATH | Abi.O_CLOEXEC);
    s.putLong(16, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
    String name = part.toString();
    for (int left = TRIES; ; left--) {
      try {
        long fd =
            kernel.call(
                "openat2",
                name + " beneath " + top.path(),
                () -> kernel.libc().syscall(Abi.SYS_OPENAT2, top.fd(), name, how, HOW_SIZE));
        return new Descriptor(kernel, (int) fd, part);
      } catch (SystemCallFailed refused) {
        if (!refused.is("EAGAIN") || left == 0) {
          throw refused;
        }
      }
    }
  }
}
