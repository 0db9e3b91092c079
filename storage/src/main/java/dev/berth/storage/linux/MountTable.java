package dev.berth.storage.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The mounts of one namespace at one moment, in the kernel's order. */
public final class MountTable {
  private final List<MountEntry> entries;

  public MountTable(List<MountEntry> entries) {
    this.entries = List.copyOf(entries);
  }

  public List<MountEntry> entries() {
    return entries;
  }

  /** The mount that one sees at {@code mountPoint}: the topmost of those stacked there. */
  public Optional<MountEntry> at(Path mountPoint) {
    List<MountEntry> stack =
        entries.stream().filter(e -> e.mountPoint().equals(mountPoint)).toList();
    return stack.stream()
        .filter(e -> stack.stream().noneMatch(o -> o.id() != e.id() && o.parentId() == e.id()))
        .reduce((_, later) -> later);
  }

  /** The mounts on {@code dir} and on anything in it. */
  public List<MountEntry> below(Path dir) {
    return entries.stream().filter(e -> e.mountPoint().startsWith(dir)).toList();
  }

  /** The mounts of one filesystem, binds of it included. */
  public List<MountEntry> ofDevice(DeviceNumber device) {
    return entries.stream().filter(e -> e.device().equals(device)).toList();
  }
}
