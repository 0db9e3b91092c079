package dev.berth.storage;

import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileKind;
import dev.berth.storage.linux.FileStat;
import java.nio.file.Path;

/** Looks at the image of a volume or snapshot, which must be an ordinary file beneath its pool. */
final class ImageFile {
  private ImageFile() {}

  /** The image in that folder, which in a shared pool has its node in its name. */
  static Path in(Disk disk, Path folder) {
    Path usual = folder.resolve(VolumeFile.IMAGE);
    if (disk.stat(usual).isPresent() || disk.stat(folder).isEmpty()) {
      return usual;
    }
    return disk.list(folder).stream()
        .filter(file -> Disk.name(file).startsWith(VolumeFile.IMAGE + "."))
        .findFirst()
        .orElse(usual);
  }

  /** {@link Damaged} when it is missing, or reached through a link, or no file. */
  static FileStat stat(Disk disk, Path root, Path image) {
    FileStat stat;
    try {
      stat = disk.files().stat(disk.files().resolveBeneath(root, root.relativize(image)));
    } catch (SystemCallFailed e) {
      throw switch (e.errno()) {
        case "ENOENT", "ENOTDIR" ->
            new Damaged(image + ": the image is missing; restore it from a backup", e);
        case "ELOOP", "EXDEV" ->
            new Damaged(image + ": a symbolic link is in the way, and pools have none", e);
        default -> e;
      };
    }
    if (stat.kind() != FileKind.REGULAR) {
      throw new Damaged(image + ": is not an ordinary file but a " + stat.kind());
    }
    return stat;
  }
}
