package dev.berth.storage.linux;

import java.nio.file.Path;

/** An open file of this process; closed once, by who opened it. */
record Descriptor(Kernel kernel, int fd, Path path) implements AutoCloseable {

  /** An ioctl(2) whose argument is a structure, read and written in place. */
  void ioctl(String name, long request, byte[] argument) {
    kernel.call("ioctl " + name, path.toString(), () -> kernel.libc().ioctl(fd, request, argument));
  }

  /** An ioctl(2) whose argument is a number; answers its result. */
  int ioctl(String name, long request, long argument) {
    return (int)
        kernel.call(
            "ioctl " + name, path.toString(), () -> kernel.libc().ioctl(fd, request, argument));
  }

  /** What this open file is, whatever its name is by now. */
  FileStat stat() {
    byte[] answer = new byte[Stat.SIZE];
    kernel.call(
        "stat",
        path.toString(),
        () -> kernel.libc().statx(fd, "", Abi.AT_EMPTY_PATH, Stat.BASIC, answer));
    return Stat.decode(answer);
  }

  /**
   * close(2), without a look at its answer: Linux frees the number whatever it says, and a second
   * try could close somebody else's file.
   */
  @Override
  @SuppressWarnings("CheckReturnValue")
  public void close() {
    kernel.libc().close(fd);
  }
}
