package dev.berth.storage;

import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileKind;
import dev.berth.storage.linux.FileStat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads volumes from a pool and checks that what it reads can be trusted. */
final class Shelf {
  private final Disk disk;
  private final PoolLayout layout;
  private final PoolId pool;
  private final PoolName name;

  Shelf(Disk disk, PoolLayout layout, PoolId pool, PoolName name) {
    this.disk = disk;
    this.layout = layout;
    this.pool = pool;
    this.name = name;
  }

  /** The names of what lies there, readable or not. */
  List<String> names() {
    return disk.list(layout.volumes()).stream()
        .map(Disk::name)
        .filter(n -> VolumeId.NAME.matcher(n).matches())
        .toList();
  }

  /**
   * The volume of that name, empty when there is none, {@link Damaged} when it cannot be trusted.
   * Waits for nobody: when a change is seen half-way, it looks again.
   */
  Optional<VolumeFile> read(String volume) {
    Path folder = layout.volume(volume);
    while (true) {
      if (disk.stat(folder).isEmpty()) {
        return Optional.empty();
      }
      byte[] seen = new byte[0];
      try {
        seen = record(folder);
        return Optional.of(check(volume, seen));
      } catch (Damaged e) {
        if (disk.stat(folder).isPresent() && sameAgain(folder, seen)) {
          throw e;
        }
      }
    }
  }

  /**
   * What the record of that volume says, whatever has become of its image; empty when there is no
   * such volume.
   */
  Optional<VolumeFile> recorded(String volume) {
    Path folder = layout.volume(volume);
    if (disk.stat(folder).isEmpty()) {
      return Optional.empty();
    }
    Path file = folder.resolve(VolumeFile.NAME);
    return Optional.of(VolumeFile.of(file, record(folder), new VolumeId(pool, volume), name));
  }

  /** What a damaged volume may take of the pool: at least what its image says. */
  Bytes claimedByDamaged(String volume) {
    try {
      return disk.stat(ImageFile.in(disk, layout.volume(volume)))
          .map(s -> s.size().max(s.allocated()))
          .orElse(Bytes.ZERO);
    } catch (SystemCallFailed e) {
      return Bytes.ZERO;
    }
  }

  /** One word for what is wrong with a volume that {@link #read} finds {@link Damaged}. */
  String damage(String volume) {
    Path folder = layout.volume(volume);
    VolumeFile read;
    try {
      Path file = folder.resolve(VolumeFile.NAME);
      read = VolumeFile.of(file, record(folder), new VolumeId(pool, volume), name);
    } catch (Damaged | SystemCallFailed e) {
      return "RecordDamaged";
    }
    try {
      Bytes length = ImageFile.stat(disk, layout.root(), read.volume().image()).size();
      return length.isLessThan(read.volume().size()) ? "ImageTooShort" : "ImageTooLong";
    } catch (Damaged | SystemCallFailed e) {
      return "ImageMissing";
    }
  }

  private VolumeFile check(String volume, byte[] bytes) {
    Path folder = layout.volume(volume);
    Path file = folder.resolve(VolumeFile.NAME);
    VolumeFile read = VolumeFile.of(file, bytes, new VolumeId(pool, volume), name);
    if (read.volume().content() instanceof Content.Directory) {
      Folders.require(disk, layout.root(), read.volume().image());
    } else {
      checkLength(read, file);
    }
    return read;
  }

  private void checkLength(VolumeFile read, Path file) {
    Path image = read.volume().image();
    Bytes length = ImageFile.stat(disk, layout.root(), image).size();
    Bytes size = read.volume().size();
    if (length.isLessThan(size)) {
      throw new Damaged(
          image
              + ": has "
              + length.value()
              + " bytes, and "
              + file
              + " says size "
              + size.value()
              + ": data is missing; restore the image from a backup");
    }
    if (length.isMoreThan(read.promise())) {
      throw new Damaged(
          image
              + ": has "
              + length.value()
              + " bytes, and "
              + file
              + " says size "
              + size.value()
              + ": somebody else has written to it; see docs/pool-format.md");
    }
  }

  private byte[] record(Path folder) {
    Path file = folder.resolve(VolumeFile.NAME);
    Optional<FileStat> stat = disk.stat(file);
    if (stat.isEmpty()) {
      throw new Damaged(file + ": the volume's record is missing; restore it from a backup");
    }
    if (stat.get().kind() != FileKind.REGULAR || !disk.isDirectory(folder)) {
      throw new Damaged(file + ": is not an ordinary file in a directory of the pool");
    }
    try {
      return disk.read(file);
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT")) {
        throw new Damaged(file + ": the volume's record has just gone", e);
      }
      throw e;
    }
  }

  /** Whether the record reads the same, so that no change under way can be the reason. */
  private boolean sameAgain(Path folder, byte[] seen) {
    try {
      return Arrays.equals(record(folder), seen);
    } catch (Damaged e) {
      return seen.length == 0;
    }
  }
}
