package dev.berth.e2e.badinput;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What lies in a folder: kind, mode and contents of each file, so that "nothing was changed" can be
 * checked. What a driver that runs does in its own corners does not count.
 */
record Fingerprint(Map<String, String> files) {
  /** The drafts and the trash of a running driver, its name tag, and the volume that is in use. */
  private static final Set<String> MOVING =
      Set.of("drafts", "trash", "holder", "volumes/well/image");

  static Fingerprint of(Path root) {
    Map<String, String> files = new TreeMap<>();
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> tree = Files.walk(root)) {
        tree.filter(file -> !isMoving(root.relativize(file).toString()))
            .forEach(file -> files.put(root.relativize(file).toString(), of(file, root)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Fingerprint(files);
  }

  private static boolean isMoving(String path) {
    return MOVING.stream().anyMatch(m -> path.equals(m) || path.startsWith(m + "/"));
  }

  private static String of(Path file, Path root) {
    try {
      if (Files.isSymbolicLink(file)) {
        return "-> " + Files.readSymbolicLink(file);
      }
      String mode =
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
      // A driver may make the three folders of a pool's root where they are missing.
      return Files.isDirectory(file)
          ? "folder" + (file.equals(root) ? "" : " " + mode)
          : mode + " " + Files.size(file) + " " + checksum(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long checksum(Path file) throws IOException {
    CRC32C sum = new CRC32C();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sum.update(buffer, 0, n);
      }
    }
    return sum.getValue();
  }
}
