package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import jnr.constants.platform.Errno;

/** A file with the data of another, on whatever filesystem, in which holes are holes. */
final class SparseCopy {
  /** include/uapi/linux/fs.h. */
  private static final int SEEK_DATA = 3;

  private static final int SEEK_HOLE = 4;
  private static final int OWNER_ONLY = 0x180;

  /** So that a signal, and a look at what has been done, is never far. */
  private static final long PIECE = 8L << 20;

  /** What copy_file_range(2) answers between filesystems that it cannot copy between. */
  private static final Set<String> READ_AND_WRITE =
      Set.of("EXDEV", "EOPNOTSUPP", "ENOSYS", "EINVAL");

  private final Kernel kernel;

  SparseCopy(Kernel kernel) {
    this.kernel = kernel;
  }

  void copy(Path source, Path target) {
    int create = Abi.O_RDWR | Abi.O_CREAT | Abi.O_EXCL | Abi.O_NOFOLLOW;
    try (Descriptor from = kernel.open(source, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK);
        Descriptor to = kernel.open(target, create, OWNER_ONLY)) {
      try {
        InodeFlags.alignCopyOnWrite(from, to);
        whole(from, to);
      } catch (SystemCallFailed failed) {
        String name = target.toString();
        kernel.call("unlink", name, () -> kernel.libc().unlink(name));
        throw failed;
      }
    }
  }

  boolean into(Path source, Path target, Bytes start, CopyWatch watch) {
    try (Descriptor from = kernel.open(source, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK);
        Descriptor to = kernel.open(target, Abi.O_RDWR | Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
      return data(from, to, start.value(), watch);
    }
  }

  private void whole(Descriptor from, Descriptor to) {
    long length = from.stat().size().value();
    kernel.call("ftruncate", to.path().toString(), () -> kernel.libc().ftruncate(to.fd(), length));
    data(from, to, 0, _ -> true);
  }

  private boolean data(Descriptor from, Descriptor to, long start, CopyWatch watch) {
    long length = from.stat().size().value();
    long at = seek(from, start, SEEK_DATA, length);
    while (at < length) {
      long end = Math.min(seek(from, at, SEEK_HOLE, length), at + PIECE);
      if (!watch.goesOn(Bytes.of(at))) {
        return false;
      }
      range(from, to, at, end);
      at = seek(from, end, SEEK_DATA, length);
    }
    return true;
  }

  /** The next data or hole; {@code length} when there is none (ENXIO). */
  private long seek(Descriptor file, long from, int whence, long length) {
    try {
      return kernel.call(
          "lseek", file.path().toString(), () -> kernel.libc().lseek(file.fd(), from, whence));
    } catch (SystemCallFailed e) {
      if (e.is("ENXIO")) {
        return length;
      }
      throw e;
    }
  }

  /** One piece at most. */
  private void range(Descriptor from, Descriptor to, long start, long end) {
    long at = start;
    while (at < end) {
      long copied;
      try {
        copied = piece(from, to, at, end - at);
      } catch (SystemCallFailed e) {
        if (!READ_AND_WRITE.contains(e.errno())) {
          throw e;
        }
        copied = 0;
      }
      if (copied == 0) {
        readAndWrite(from, to, at, end);
        return;
      }
      at += copied;
    }
  }

  private long piece(Descriptor from, Descriptor to, long at, long count) {
    byte[] source = new byte[Long.BYTES];
    byte[] target = new byte[Long.BYTES];
    Abi.struct(source).putLong(0, at);
    Abi.struct(target).putLong(0, at);
    return kernel.call(
        "copy_file_range",
        from.path() + " to " + to.path(),
        () -> kernel.libc().copy_file_range(from.fd(), source, to.fd(), target, count, 0));
  }

  private void readAndWrite(Descriptor from, Descriptor to, long start, long end) {
    byte[] buffer = new byte[1 << 20];
    long at = start;
    while (at < end) {
      long here = at;
      long wanted = Math.min(buffer.length, end - at);
      long read =
          kernel.call(
              "read",
              from.path().toString(),
              () -> kernel.libc().pread(from.fd(), buffer, wanted, here));
      if (read == 0) {
        throw Kernel.failure("read", from.path() + " at " + at, Errno.ENODATA);
      }
      write(to, Arrays.copyOf(buffer, (int) read), at);
      at += read;
    }
  }

  private void write(Descriptor to, byte[] data, long start) {
    int done = 0;
    while (done < data.length) {
      byte[] rest = done == 0 ? data : Arrays.copyOfRange(data, done, data.length);
      long at = start + done;
      done +=
          (int)
              kernel.call(
                  "write",
                  to.path().toString(),
                  () -> kernel.libc().pwrite(to.fd(), rest, rest.length, at));
    }
  }
}
