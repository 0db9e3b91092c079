package dev.berth.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells which entries of a folder others have made, changed or removed since the last look. A
 * record is replaced as a whole, so another file or another time is another content.
 */
final class Census {
  private record Seen(Object file, FileTime time, long size) {}

  private final Disk disk;
  private final Path folder;
  private final String record;
  private final Map<String, Seen> last = new HashMap<>();

  /**
   * @param folder whose entries are folders
   * @param record the file in each by which a change is seen
   */
  Census(Disk disk, Path folder, String record) {
    this.disk = disk;
    this.folder = folder;
    this.record = record;
  }

  /**
   * Looks; the first look tells of everything.
   *
   * @param known what we take to be there now
   */
  synchronized void take(Set<String> known, Consumer<String> changed, Consumer<String> gone) {
    Map<String, Seen> now = new HashMap<>();
    for (Path entry : disk.list(folder)) {
      if (VolumeId.NAME.matcher(Disk.name(entry)).matches()) {
        seen(entry.resolve(record)).ifPresent(seen -> now.put(Disk.name(entry), seen));
      }
    }
    Map<String, Seen> before = Map.copyOf(last);
    last.clear();
    last.putAll(now);
    known.stream().filter(name -> !now.containsKey(name)).forEach(gone);
    now.forEach(
        (name, seen) -> {
          if (!seen.equals(before.get(name))) {
            changed.accept(name);
          }
        });
  }

  private static Optional<Seen> seen(Path file) {
    try {
      BasicFileAttributes a =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(new Seen(String.valueOf(a.fileKey()), a.lastModifiedTime(), a.size()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
