package dev.berth.storage.linux.recorded;

import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.Propagation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The entries of a mount table in memory, kept as the kernel would. */
final class RecordedTable {
  private static final Set<MountFlag> PER_MOUNT =
      Set.of(
          MountFlag.NO_SUID,
          MountFlag.NO_DEV,
          MountFlag.NO_EXEC,
          MountFlag.NO_SYMFOLLOW,
          MountFlag.NO_ATIME,
          MountFlag.NO_DIRATIME);
  private static final int LOOP_MAJOR = 7;

  private final List<MountEntry> entries = new ArrayList<>();
  private int nextId = 20;

  RecordedTable() {
    DeviceNumber device = new DeviceNumber(0, 1);
    Set<String> options = Set.of("rw", "relatime");
    entries.add(
        new MountEntry(
            1, 0, device, "/", Path.of("/"), options, List.of(), "rootfs", "none", Set.of("rw")));
  }

  MountTable view() {
    return new MountTable(entries);
  }

  /** The mount that a path is on. */
  MountEntry covering(Path path) {
    Path mountPoint =
        entries.stream()
            .map(MountEntry::mountPoint)
            .filter(path::startsWith)
            .max(Comparator.comparingInt(Path::getNameCount))
            .orElseThrow();
    return view().at(mountPoint).orElseThrow();
  }

  void mount(String source, Path target, String fsType, Set<MountFlag> flags, String data) {
    Set<String> superOptions = new LinkedHashSet<>();
    superOptions.add(flags.contains(MountFlag.READ_ONLY) ? "ro" : "rw");
    if (!data.isEmpty()) {
      superOptions.addAll(List.of(data.split(",", -1)));
    }
    int id = nextId++;
    DeviceNumber device =
        source.startsWith("/dev/loop")
            ? new DeviceNumber(LOOP_MAJOR, Integer.parseInt(source.substring("/dev/loop".length())))
            : new DeviceNumber(0, id);
    entries.add(
        new MountEntry(
            id,
            covering(target).id(),
            device,
            "/",
            target,
            options(Set.of("rw"), flags),
            List.of(),
            fsType,
            source,
            superOptions));
  }

  void bind(Path source, Path target, Set<MountFlag> flags) {
    List<MountEntry> before = List.copyOf(entries);
    copy(covering(source), source, target, flags);
    if (flags.contains(MountFlag.RECURSIVE)) {
      before.stream()
          .filter(e -> e.mountPoint().startsWith(source) && !e.mountPoint().equals(source))
          .forEach(
              e -> {
                Path below = target.resolve(source.relativize(e.mountPoint()));
                copy(e, e.mountPoint(), below, Set.of());
              });
    }
  }

  private void copy(MountEntry from, Path source, Path target, Set<MountFlag> flags) {
    Path within = from.mountPoint().relativize(source);
    entries.add(
        new MountEntry(
            nextId++,
            covering(target).id(),
            from.device(),
            Path.of(from.root()).resolve(within).normalize().toString(),
            target,
            options(from.options(), flags),
            from.tags(),
            from.fsType(),
            from.source(),
            from.superOptions()));
  }

  private static Set<String> options(Set<String> inherited, Set<MountFlag> flags) {
    Set<String> options = new LinkedHashSet<>(inherited);
    if (flags.contains(MountFlag.READ_ONLY)) {
      options.remove("rw");
      options.add("ro");
    }
    flags.stream().filter(PER_MOUNT::contains).forEach(flag -> options.add(flag.option()));
    if (!options.contains("noatime") && !flags.contains(MountFlag.STRICT_ATIME)) {
      options.add("relatime");
    }
    return options;
  }

  void propagate(MountEntry entry, Propagation propagation) {
    entries.replaceAll(
        e -> {
          boolean below = e.mountPoint().startsWith(entry.mountPoint());
          boolean hit = e.id() == entry.id() || (propagation.isRecursive() && below);
          return hit ? withTags(e, tags(e, propagation)) : e;
        });
  }

  private static List<String> tags(MountEntry e, Propagation propagation) {
    return switch (propagation) {
      case PRIVATE, RECURSIVE_PRIVATE -> List.of();
      case SHARED, RECURSIVE_SHARED -> List.of("shared:" + e.id());
      case UNBINDABLE, RECURSIVE_UNBINDABLE -> List.of("unbindable");
      case SLAVE, RECURSIVE_SLAVE ->
          e.tags().stream().map(tag -> tag.replace("shared:", "master:")).toList();
    };
  }

  private static MountEntry withTags(MountEntry e, List<String> tags) {
    return new MountEntry(
        e.id(),
        e.parentId(),
        e.device(),
        e.root(),
        e.mountPoint(),
        e.options(),
        tags,
        e.fsType(),
        e.source(),
        e.superOptions());
  }

  boolean hasChildren(MountEntry entry) {
    return entries.stream().anyMatch(e -> e.parentId() == entry.id());
  }

  /** Takes a mount away, with those below it. */
  void remove(MountEntry entry) {
    List<MountEntry> children = entries.stream().filter(e -> e.parentId() == entry.id()).toList();
    children.forEach(this::remove);
    entries.removeIf(e -> e.id() == entry.id());
  }
}
