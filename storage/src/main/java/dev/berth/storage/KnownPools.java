package dev.berth.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pools that were here before, one file each below the state directory, so that an empty
 * directory where a pool used to be is a disk that is not mounted and not a place for a new pool.
 * Removing a pool's file forgets it.
 */
final class KnownPools {
  /** One of them. */
  record Known(PoolName name, Path directory, PoolId id, Path file) {}

  private static final String SUFFIX = ".json";
  private static final Set<String> FIELDS = Set.of("format", "name", "directory", "id");

  private final Disk disk;
  private final Path directory;

  KnownPools(Disk disk, Path stateDirectory) {
    this.disk = disk;
    this.directory = stateDirectory.resolve("pools");
    if (!disk.isDirectory(stateDirectory)) {
      disk.makeDirectory(stateDirectory);
    }
    disk.ensureDirectory(directory);
  }

  /** The pool of that name or, failing that, the one that was in that directory. */
  Optional<Known> find(PoolSettings settings) {
    List<Known> all =
        disk.list(directory).stream()
            .filter(f -> Disk.name(f).endsWith(SUFFIX))
            .map(this::read)
            .toList();
    return all.stream()
        .filter(k -> k.name().equals(settings.name()))
        .findFirst()
        .or(() -> all.stream().filter(k -> k.directory().equals(settings.directory())).findFirst());
  }

  void remember(PoolSettings settings, PoolId id) {
    Known now = new Known(settings.name(), settings.directory(), id, file(settings.name()));
    if (!find(settings).equals(Optional.of(now))) {
      disk.replace(now.file(), bytes(now));
    }
  }

  private Path file(PoolName name) {
    return directory.resolve(name.value() + SUFFIX);
  }

  private static byte[] bytes(Known known) {
    return Document.seal(
        Document.begin()
            .put("name", known.name().value())
            .put("directory", known.directory().toString())
            .put("id", known.id().value()));
  }

  private Known read(Path file) {
    Fields fields = new Fields(file, Document.open(file, disk.read(file)));
    fields.only(FIELDS, Document.FORMAT);
    return new Known(
        fields.parsed("name", "is not a pool name", PoolName::new),
        fields.parsed("directory", "is not a path", Path::of),
        fields.parsed("id", "is not a pool id", PoolId::new),
        file);
  }
}
