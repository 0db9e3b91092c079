package dev.berth.provisioner.recycle;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A folder that is opened, and emptied, one path segment after the other, each relative to the
 * descriptor of the one before and none through a symbolic link (openat(2) with O_NOFOLLOW,
 * unlinkat(2)). So whoever can write into it cannot lead the removal out of it, at no moment.
 */
final class Folder implements AutoCloseable {
  private static final Path SELF = Path.of(".");

  /** Two are usual. */
  private static final int MOST_PASSES = 100;

  private final Path path;
  private final SecureDirectoryStream<Path> stream;

  private Folder(Path path, SecureDirectoryStream<Path> stream) {
    this.path = path;
    this.stream = stream;
  }

  /**
   * The folder at an absolute path, all of whose segments are real folders.
   *
   * @throws IOException if one is missing, no folder or a symbolic link
   */
  @SuppressWarnings("StreamResourceLeak") // closed with the folder
  static Folder open(Path path) throws IOException {
    Folder at = new Folder(path.getRoot(), secure(Files.newDirectoryStream(path.getRoot())));
    for (Path segment : path) {
      try (Folder above = at) {
        at = above.below(segment);
      }
    }
    return at;
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system has no openat(2)");
  }

  private Folder below(Path name) throws IOException {
    Path full = path.resolve(name);
    BasicFileAttributes attributes = look(name);
    if (attributes.isSymbolicLink()) {
      throw new FileSystemException(
          full.toString(), null, "a symbolic link, which is not followed");
    }
    try {
      return new Folder(full, stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw named(full, e);
    }
  }

  private BasicFileAttributes look(Path name) throws IOException {
    try {
      return stream
          .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
    } catch (IOException e) {
      throw named(path.resolve(name), e);
    }
  }

  /** Removes everything in it, what appears meanwhile included. */
  void empty() throws IOException {
    // Entries may be missed while others are removed: looked again until there are none.
    for (int passes = 0; pass(); passes++) {
      if (passes == MOST_PASSES) {
        throw new IOException(path + ": somebody writes into it while it is emptied");
      }
    }
  }

  /** Whether there was anything. */
  private boolean pass() throws IOException {
    boolean found = false;
    try (SecureDirectoryStream<Path> again =
        stream.newDirectoryStream(SELF, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : again) {
        remove(entry.getFileName());
        found = true;
      }
    } catch (DirectoryIteratorException e) {
      throw named(path, Objects.requireNonNull(e.getCause()));
    }
    return found;
  }

  private void remove(Path name) throws IOException {
    try {
      if (look(name).isDirectory()) {
        try (Folder below = below(name)) {
          below.empty();
        }
        stream.deleteDirectory(name);
      } else {
        stream.deleteFile(name); // of a link this is the link itself
      }
    } catch (NoSuchFileException _) {
      // gone meanwhile, as it should be
    } catch (IOException e) {
      throw named(path.resolve(name), e);
    }
  }

  /** The JDK names the last segment alone. */
  private static IOException named(Path full, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new NoSuchFileException(full.toString());
    }
    if (e instanceof FileSystemException known) {
      return full.toString().equals(known.getFile())
              || String.valueOf(known.getFile()).startsWith("/")
          ? known
          : new FileSystemException(full.toString(), null, reason(known));
    }
    return new IOException(full + ": " + e.getMessage(), e);
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
