package dev.berth.storage;

import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileKind;
import dev.berth.storage.linux.FileStat;
import dev.berth.storage.linux.Subvolumes;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The few ways in which pools touch files. Nothing here follows a symbolic link in the last
 * component, and what is made is for root only.
 */
final class Disk {
  private static final int LARGEST_RECORD = 1 << 20;
  private static final String NEW = ".new";

  private final FileCalls files;
  private final Optional<Subvolumes> subvolumes;

  Disk(FileCalls files) {
    this.files = files;
    this.subvolumes = Optional.empty();
  }

  /** With subvolumes that are removed at once, where they hold no others. */
  Disk(FileCalls files, Subvolumes subvolumes) {
    this.files = files;
    this.subvolumes = Optional.of(subvolumes);
  }

  FileCalls files() {
    return files;
  }

  /** What stat(2) says, empty when there is nothing of that name. */
  Optional<FileStat> stat(Path file) {
    try {
      return Optional.of(files.stat(file));
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT") || e.is("ENOTDIR")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What a file takes on the disk; nothing when it is not there. */
  Bytes allocated(Path file) {
    return stat(file).map(FileStat::allocated).orElse(Bytes.ZERO);
  }

  boolean isDirectory(Path dir) {
    return stat(dir).filter(s -> s.kind() == FileKind.DIRECTORY).isPresent();
  }

  void makeDirectory(Path dir) {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Failures.doing("mkdir", dir, () -> Files.createDirectory(dir, mode));
  }

  /** Makes {@code dir} unless it is there; a link or a file in its place is an error. */
  void ensureDirectory(Path dir) {
    if (isDirectory(dir)) {
      return;
    }
    try {
      makeDirectory(dir);
    } catch (SystemCallFailed e) {
      if (!e.is("EEXIST") || !isDirectory(dir)) { // Another process may have been quicker.
        throw e;
      }
    }
  }

  /** The names in {@code dir}, sorted. */
  List<Path> list(Path dir) {
    return Failures.named(
        "readdir",
        dir,
        () -> {
          List<Path> all = new ArrayList<>();
          try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
            stream.forEach(all::add);
          }
          Collections.sort(all);
          return all;
        });
  }

  /** Makes an empty file that nobody had before us (O_EXCL), mode 0600. */
  void makeFile(Path file) {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Failures.doing("open", file, () -> Files.createFile(file, mode));
  }

  /** ftruncate(2), to more or less than it has; what is added reads as zeros and takes no room. */
  void resize(Path file, Bytes size) {
    Failures.doing(
        "ftruncate",
        file,
        () -> {
          try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(size.value());
          }
        });
  }

  byte[] read(Path file) {
    return Failures.named(
        "read",
        file,
        () -> {
          try (InputStream in =
              Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(LARGEST_RECORD + 1);
            if (content.length > LARGEST_RECORD) {
              throw new IOException("larger than any record of ours");
            }
            return content;
          }
        });
  }

  /** Makes a file with that content, on the disk when this returns; its name is not yet. */
  void writeNew(Path file, byte[] content) {
    makeFile(file);
    Failures.doing("write", file, () -> Files.write(file, content, StandardOpenOption.WRITE));
    files.syncFile(file);
  }

  /**
   * Puts a file in the place of {@code file} in one step: after a crash it is the old or the new.
   */
  void replace(Path file, byte[] content) {
    Path fresh = fresh(file);
    removeIfThere(fresh);
    writeNew(fresh, content);
    Failures.doing("rename", fresh, () -> Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE));
    files.syncDirectory(parent(file));
  }

  /** Where {@link #replace} prepares the new content; what a crash left there is worth nothing. */
  static Path fresh(Path file) {
    return file.resolveSibling(file.getFileName() + NEW);
  }

  void removeIfThere(Path file) {
    Failures.doing("unlink", file, () -> Files.deleteIfExists(file));
  }

  /** Removes a directory and all in it; does nothing when it is not there. */
  void removeTree(Path dir) {
    if (stat(dir).isEmpty()) {
      return;
    }
    Failures.doing("rmdir", dir, () -> Files.walkFileTree(dir, new Remover(subvolumes)));
  }

  static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " has no parent");
    }
    return parent;
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    private final Optional<Subvolumes> subvolumes;

    Remover(Optional<Subvolumes> subvolumes) {
      this.subvolumes = subvolumes;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
      return subvolumes.filter(s -> isRemoved(s, dir)).isPresent()
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    /** One that holds others is emptied like any directory, and rmdir(2) removes it then. */
    private static boolean isRemoved(Subvolumes subvolumes, Path dir) {
      try {
        if (subvolumes.id(dir).isEmpty()) {
          return false;
        }
        subvolumes.delete(dir);
        return true;
      } catch (SystemCallFailed e) {
        return false;
      }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.deleteIfExists(dir);
      return FileVisitResult.CONTINUE;
    }
  }
}
