package dev.berth.node.publish;

import dev.berth.storage.VolumeException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory or file that a bind mount covers; the driver makes it and takes it away. */
record MountPoint(Path path, boolean isNew) {

  /** A directory; one that is there already is used. */
  static MountPoint directory(Path path) {
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
      return new MountPoint(path, true);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new VolumeException.Invalid(
            "target_path %s exists and is not a directory; remove it or publish somewhere else"
                .formatted(path),
            e);
      }
      return new MountPoint(path, false);
    } catch (IOException e) {
      throw cannotMake(path, e);
    }
  }

  /** An empty file; an empty one that is there already is used. */
  static MountPoint file(Path path) {
    try {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
      return new MountPoint(path, true);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || path.toFile().length() > 0) {
        throw new VolumeException.Invalid(
            "target_path %s exists and is not an empty file; remove it or publish somewhere else"
                .formatted(path),
            e);
      }
      return new MountPoint(path, false);
    } catch (IOException e) {
      throw cannotMake(path, e);
    }
  }

  /** Takes away what we made, after {@code failure}. */
  void undo(VolumeException failure) {
    if (isNew) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private static VolumeException cannotMake(Path path, IOException e) {
    return new VolumeException.NotNow("target_path " + path + " cannot be made: " + e, e);
  }
}
