package dev.berth.provisioner.pod;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Making, listing and removing folders below the root. Removal never goes through a mount and never
 * follows a symbolic link: what lies behind either is not the pod's to lose.
 */
final class Folders {
  /** As a kubelet makes them: the volumes of one pod are nobody else's business. */
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));

  private Folders() {}

  /** The folder that holds a path below the root. */
  static Path parentOf(Path path) {
    return Optional.ofNullable(path.getParent())
        .orElseThrow(() -> new IllegalArgumentException(path + " has no folder"));
  }

  static void create(Path folder) throws IOException {
    Files.createDirectories(folder, PRIVATE);
  }

  /** The names in a folder, sorted; none when it is not a folder. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }

  /**
   * Removes one empty folder; one that is already gone is fine.
   *
   * @throws IOException if something is in it, which is then named
   */
  static void removeEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      throw new IOException(
          folder + " is not removed: it holds " + names(folder) + ", which is not ours to delete",
          e);
    }
  }

  /** Removes one folder unless something is in it. */
  static void removeIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException _) {
      // somebody else still needs it
    }
  }

  /**
   * Removes a folder with all that is in it, itself last.
   *
   * @throws IOException if a mount is at or below it (then nothing is touched), or an entry cannot
   *     be removed
   */
  static void removeTree(Path folder, HostMounts mounts) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(folder);
      return;
    }
    refuseMounts(folder, mounts);
    Object device = Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(parentOf(folder))) {
      if (!(parent instanceof SecureDirectoryStream<Path> secure)) {
        throw new IOException(folder + ": this system cannot open folders relative to folders");
      }
      removeFolder(secure, folder, new Tree(folder, device));
    }
  }

  private static void refuseMounts(Path folder, HostMounts mounts) throws IOException {
    List<Path> below = new ArrayList<>(mounts.mountsBelow(folder));
    if (mounts.isMounted(folder)) {
      below.add(folder);
    }
    if (!below.isEmpty()) {
      throw new IOException(
          folder + " is not removed: " + below + " is mounted; unmount it and the rest follows");
    }
  }

  private record Tree(Path top, Object device) {}

  /**
   * Every step is relative to an open folder (openat, unlinkat with AT_SYMLINK_NOFOLLOW), so a
   * process that swaps a folder for a link meanwhile gains nothing.
   */
  private static void removeFolder(SecureDirectoryStream<Path> parent, Path folder, Tree tree)
      throws IOException {
    Path name = folder.getFileName();
    try (SecureDirectoryStream<Path> entries =
        parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      // The device tells a mount that appeared after the mount table was read.
      if (!Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS)
          .equals(tree.device())) {
        throw new IOException(tree.top() + " is not removed: " + folder + " is a mount");
      }
      for (Path entry : entries) {
        Path child = entry.getFileName();
        if (isFolder(entries, child)) {
          removeFolder(entries, folder.resolve(child), tree);
        } else {
          entries.deleteFile(child);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    parent.deleteDirectory(name);
  }

  private static boolean isFolder(SecureDirectoryStream<Path> in, Path name) throws IOException {
    return in.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }
}
