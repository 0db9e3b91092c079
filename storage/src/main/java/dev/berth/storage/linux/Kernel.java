package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import jnr.constants.platform.Errno;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The C library, and the one place that reads errno: at once, on the thread that made the call. */
final class Kernel {
  private final LibC libc;
  private final Runtime runtime;

  private Kernel(LibC libc) {
    this.libc = libc;
    this.runtime = Runtime.getRuntime(libc);
  }

  static Kernel load() {
    return new Kernel(LibraryLoader.create(LibC.class).load("c"));
  }

  LibC libc() {
    return libc;
  }

  /** Makes a call, again when a signal came between, and throws what the kernel refused. */
  long call(String name, String arguments, LongSupplier call) {
    while (true) {
      long result = call.getAsLong();
      if (result >= 0) {
        return result;
      }
      int errno = runtime.getLastError();
      if (errno != Errno.EINTR.intValue()) {
        throw failure(name, arguments, errno);
      }
    }
  }

  static SystemCallFailed failure(String name, String arguments, int errno) {
    return failure(name, arguments, Errno.valueOf(errno), errno);
  }

  static SystemCallFailed failure(String name, String arguments, Errno errno) {
    return failure(name, arguments, errno, errno.intValue());
  }

  /** Some numbers have two names; the one of the manual's ERRORS sections is taken. */
  private static SystemCallFailed failure(String name, String arguments, Errno errno, int number) {
    String word =
        switch (errno) {
          case ENOTSUP -> "EOPNOTSUPP";
          case EDEADLOCK -> "EDEADLK";
          case EWOULDBLOCK -> "EAGAIN";
          case __UNKNOWN_CONSTANT__ -> "errno " + number;
          default -> errno.name();
        };
    return new SystemCallFailed(name, arguments, word, errno.toString());
  }

  /** open(2), with O_CLOEXEC always: nothing of ours goes to a program that we start. */
  Descriptor open(Path path, int flags) {
    return open(path, flags, 0);
  }

  Descriptor open(Path path, int flags, int mode) {
    String name = path.toString();
    long fd = call("open", name, () -> libc.open(name, flags | Abi.O_CLOEXEC, mode));
    return new Descriptor(this, (int) fd, path);
  }
}
