package dev.berth.storage;

import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where directory volumes are to be seen, by the mount table alone: a bind mount says which
 * directory of which filesystem it shows.
 */
public final class DirectoryMounts {
  private final Mounts mounts;

  public DirectoryMounts(Mounts mounts) {
    this.mounts = mounts;
  }

  /** The mounts that show the volume, or a directory in it as the kubelet's sub-paths do. */
  public List<MountEntry> of(Volume volume) {
    return showing(mounts.table(), volume.image());
  }

  /** What is mounted at {@code place}, if it is the volume and nothing else. */
  public Optional<MountEntry> at(Path place, Volume volume) {
    MountTable table = mounts.table();
    return table
        .at(place)
        .filter(e -> root(table, volume.image()).filter(r -> r.isAll(e)).isPresent());
  }

  /**
   * What is mounted at {@code place}, if it is the directory volume of that id, be the volume there
   * or deleted, or its pool missing.
   */
  public Optional<MountEntry> named(Path place, VolumeId id) {
    Pattern shape =
        Pattern.compile(
            ".*/(volumes/|trash/\\d+-)" + Pattern.quote(id.name()) + "/data(//deleted)?");
    return mounts.table().at(place).filter(e -> shape.matcher(e.root()).matches());
  }

  /** What is mounted on a directory or on anything in it. */
  static List<MountEntry> below(Mounts mounts, Path directory) {
    return mounts.table().below(directory);
  }

  /** The mounts that show {@code directory}, or something in it, somewhere else. */
  static List<MountEntry> showing(MountTable table, Path directory) {
    return root(table, directory).stream()
        .flatMap(root -> table.entries().stream().filter(root::isWithin))
        .toList();
  }

  /** Which part of which filesystem a directory is. */
  private static Optional<Root> root(MountTable table, Path directory) {
    for (Path at = directory; at != null; at = at.getParent()) {
      Path place = at;
      Optional<MountEntry> covering = table.at(place);
      if (covering.isPresent()) {
        return covering.map(
            e -> new Root(e, Path.of(e.root()).resolve(place.relativize(directory))));
      }
    }
    return Optional.empty();
  }

  private record Root(MountEntry covering, Path path) {
    boolean isAll(MountEntry e) {
      return isSameFilesystem(e) && Path.of(e.root()).equals(path);
    }

    boolean isWithin(MountEntry e) {
      return isSameFilesystem(e) && Path.of(e.root()).startsWith(path);
    }

    private boolean isSameFilesystem(MountEntry e) {
      return e.device().equals(covering.device());
    }
  }
}
