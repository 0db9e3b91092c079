package dev.berth.program.standalone;

import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a daemon, taken by one process at a time: the lock on {@code ROOT/lock} goes with
 * the process, however that ends.
 */
final class RootFolder implements AutoCloseable {
  /** What {@link dev.berth.csi.server.Endpoint} takes, less the longer of the two names. */
  private static final int LONGEST = 100 - ("/" + ControlClient.SOCKET).length();

  private final Path path;
  private final FileChannel file;

  private RootFolder(Path path, FileChannel file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Makes the folder, for its owner alone, if it is not there, and takes it.
   *
   * @throws Fault if another daemon has it, or it cannot be made
   */
  static RootFolder take(Path wanted) {
    requireRoomForSockets(wanted); // before anything is made
    try {
      if (!Files.isDirectory(wanted)) {
        Files.createDirectories(
            wanted,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      // Mount points are compared with the kernel's table, which knows no symbolic links.
      Path path = wanted.toRealPath();
      requireRoomForSockets(path);
      FileChannel file =
          FileChannel.open(
              path.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (lock(file) == null) {
        String holder = read(file);
        file.close();
        throw new Fault(
            "another daemon"
                + (holder.isEmpty() ? "" : " (pid " + holder + ")")
                + " runs over "
                + path
                + "; stop it first, or choose another folder with --root");
      }
      file.truncate(0);
      file.write(
          ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
      return new RootFolder(path, file);
    } catch (IOException e) {
      throw new Fault("cannot use the root folder " + wanted + ": " + e, e);
    }
  }

  /** A unix socket's path is short (unix(7)), and two sockets lie in the folder. */
  private static void requireRoomForSockets(Path path) {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new Fault(
          "the root folder "
              + path
              + " has a path of "
              + length
              + " bytes, and a unix socket in it would be too long; choose one of at most "
              + LONGEST
              + " bytes with --root");
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  private static String read(FileChannel file) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(32);
    file.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new Fault("cannot let go of " + path + ": " + e.getMessage(), e);
    }
  }
}
