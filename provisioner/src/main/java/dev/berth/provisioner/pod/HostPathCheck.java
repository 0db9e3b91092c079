package dev.berth.provisioner.pod;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a hostPath volume asks of the path, by its type and with a kubelet's words. Links are
 * followed. What is made stays: the path is the host's, not the pod's.
 */
final class HostPathCheck {
  /** The part of a mode that says what a file is, inode(7). */
  private static final int TYPE_MASK = 0170000;

  private static final int BLOCK_DEVICE = 0060000;

  private static final List<String> TYPES =
      List.of(
          "Directory",
          "DirectoryOrCreate",
          "File",
          "FileOrCreate",
          "Socket",
          "CharDevice",
          "BlockDevice");

  private HostPathCheck() {}

  /** What a volume of this source asks for. */
  static Want want(String volume, HostPathVolumeSource source) {
    String path = Objects.requireNonNullElse(source.getPath(), "");
    String type = Objects.requireNonNullElse(source.getType(), "");
    return invalid(path, type)
        .<Want>map(why -> new Want.Refused(volume, why))
        .orElseGet(() -> new Want.HostPath(volume, path, type));
  }

  /** Why the path and the type could never be right; empty when they could. */
  static Optional<String> invalid(String path, String type) {
    if (!path.startsWith("/")) {
      return Optional.of("hostPath.path \"" + path + "\": must be an absolute path");
    }
    if (List.of(path.split("/")).contains("..")) {
      return Optional.of("hostPath.path \"" + path + "\": must not contain '..'");
    }
    if (!type.isEmpty() && !TYPES.contains(type)) {
      return Optional.of(
          "hostPath.type \"" + type + "\": must be empty or one of " + String.join(", ", TYPES));
    }
    return Optional.empty();
  }

  /**
   * Makes what the type asks to be made, then looks.
   *
   * @return why the path is not what the type says; empty when it is
   */
  static Optional<String> check(Path path, String type) throws IOException {
    switch (type) {
      case "DirectoryOrCreate" -> createFolder(path);
      case "FileOrCreate" -> createFile(path);
      default -> {} // all other types only look
    }
    return switch (type) {
      case "Directory", "DirectoryOrCreate" -> expect(path, 0040000, "directory");
      case "File", "FileOrCreate" -> expect(path, 0100000, "file");
      case "Socket" -> expect(path, 0140000, "socket file");
      case "CharDevice" -> expect(path, 0020000, "character device");
      case "BlockDevice" -> expect(path, BLOCK_DEVICE, "block device");
      default -> Optional.empty(); // no type: whatever is there, or nothing
    };
  }

  /** Whether an existing path is a block device, or leads to one. */
  static boolean isBlockDevice(Path path) throws IOException {
    return type(path) == BLOCK_DEVICE;
  }

  private static int type(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode") & TYPE_MASK;
  }

  private static Optional<String> expect(Path path, int type, String words) throws IOException {
    if (Files.exists(path) && type(path) == type) {
      return Optional.empty();
    }
    return Optional.of("hostPath type check failed: " + path + " is not a " + words);
  }

  private static void createFolder(Path path) throws IOException {
    if (Files.exists(path)) {
      return;
    }
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rwxr-xr-x");
    Files.createDirectories(path, PosixFilePermissions.asFileAttribute(mode));
    Files.setPosixFilePermissions(path, mode); // whatever the umask is
  }

  private static void createFile(Path path) throws IOException {
    if (Files.exists(path)) {
      return;
    }
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-r--r--");
    Files.createFile(path, PosixFilePermissions.asFileAttribute(mode));
    Files.setPosixFilePermissions(path, mode);
  }
}
