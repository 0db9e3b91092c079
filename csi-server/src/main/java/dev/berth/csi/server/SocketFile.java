package dev.berth.csi.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a unix socket in the filesystem, from claiming it to unlinking it.
 *
 * <p>The file's mode is the only guard that CSI has, so nobody may connect before it is 0600, and
 * bind(2) and listen(2) are one step in Java. The socket is therefore bound in a directory that
 * only we can enter, given its mode, and then linked to its real name: link(2) never replaces a
 * file, so of two servers that start together one is told. The directory lives beside the socket
 * for that moment only.
 */
final class SocketFile implements AutoCloseable {
  private static final SecureRandom PICK = new SecureRandom();

  /** A kubelet takes any socket below its registry for a plugin unless its name has a dot first. */
  private static final String BOUND = ".s";

  private final Path path;
  private final Path nursery;
  private Optional<Object> identity = Optional.empty();

  private SocketFile(Path path, Path nursery) {
    this.path = path;
    this.nursery = nursery;
  }

  /** Unlinks a socket that nobody answers on; {@link IOException} when somebody does. */
  static SocketFile claim(Path path) throws IOException {
    unlinkStale(path);
    Path parent = Objects.requireNonNull(path.getParent());
    Path nursery = parent.resolve(".b" + Long.toString(PICK.nextLong(36 * 36 * 36 * 36), 36));
    Files.createDirectory(
        nursery,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new SocketFile(path, nursery);
  }

  /** The address to bind, where nobody else can reach it. */
  UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(nursery.resolve(BOUND));
  }

  /** Gives the bound socket its mode and its name; from now on it can be connected to. */
  void publish() throws IOException {
    Path bound = nursery.resolve(BOUND);
    Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
    try {
      Files.createLink(path, bound);
    } catch (FileAlreadyExistsException e) {
      throw inUse(path, e);
    }
    identity = identity(path);
    removeNursery();
  }

  /** Whether the name still means our socket. */
  boolean isInPlace() throws IOException {
    return identity.isPresent() && identity(path).equals(identity);
  }

  /** Unlinks the socket if the name still means ours. */
  @Override
  public void close() {
    try {
      removeNursery();
      if (isInPlace()) {
        Files.deleteIfExists(path);
      }
      // An inode's number is free for others as soon as its socket is closed.
      identity = Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("unlink " + path, e);
    }
  }

  private void removeNursery() throws IOException {
    Files.deleteIfExists(nursery.resolve(BOUND));
    Files.deleteIfExists(nursery);
  }

  private static void unlinkStale(Path path) throws IOException {
    Optional<Object> before = identity(path);
    if (before.isEmpty()) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException(
          "endpoint " + path + " exists and is not a socket; remove it or choose another path");
    }
    if (answers(path)) {
      throw inUse(path, null);
    }
    if (identity(path).equals(before)) {
      Files.deleteIfExists(path);
    }
  }

  private static boolean answers(Path path) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Without waiting: a server whose backlog is full answers EAGAIN, and that is an answer.
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException refused) {
      return false;
    } catch (IOException e) {
      return !"Connection refused".equals(e.getMessage());
    }
  }

  private static IOException inUse(Path path, @Nullable Exception cause) {
    return new IOException(
        "endpoint " + path + " is in use: another process answers on it; stop that one first",
        cause);
  }

  /** Device and inode of what the name means now, symbolic links not followed. */
  private static Optional<Object> identity(Path path) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        ? Optional.ofNullable(
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey())
        : Optional.empty();
  }
}
