package dev.berth.storage.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** mount(2), umount2(2) and /proc/self/mountinfo of the mount namespace that this process is in. */
public interface Mounts {
  /**
   * Mounts a filesystem.
   *
   * @param source a device node, or any word for a filesystem without one
   * @param target an existing directory
   * @param fsType a type of /proc/filesystems
   * @param data options of the filesystem itself, separated by commas; empty when there are none
   */
  void mount(String source, Path target, String fsType, Set<MountFlag> flags, String data);

  /**
   * Makes {@code source} visible at {@code target} too, both files or both directories, with the
   * flags from the first moment on and at every peer (before Linux 5.12 by a second call, which
   * peers do not see; when it fails, the bind is undone). With {@link MountFlag#RECURSIVE} the
   * flags reach the topmost mount only.
   */
  void bind(Path source, Path target, Set<MountFlag> flags);

  /** Changes how mounts below {@code target}, a mount point, travel to its peers. */
  void propagation(Path target, Propagation propagation);

  /** Takes the topmost mount off {@code target}, without following a symbolic link. */
  void unmount(Path target, Set<UnmountFlag> flags);

  /** The mounts of this process's namespace now, read whole: its cost grows with their number. */
  MountTable table();

  /**
   * The mount that one sees at {@code place} now, empty when nothing is mounted there. A symbolic
   * link is not followed.
   */
  default Optional<Mounted> mountedAt(Path place) {
    return table().at(place).map(e -> new Mounted(e.device(), e.isReadOnly()));
  }

  /** Where the filesystem of that device number is mounted now, binds of it included. */
  default List<Path> mountPointsOf(DeviceNumber filesystem) {
    return table().ofDevice(filesystem).stream().map(MountEntry::mountPoint).toList();
  }

  /** Where a file or folder of that name is mounted now, of whatever filesystem. */
  default List<Path> mountPointsOfName(String name) {
    return table().entries().stream()
        .filter(e -> e.root().endsWith("/" + name))
        .map(MountEntry::mountPoint)
        .toList();
  }

  /**
   * Calls {@code onChange} after each change of the mount table, from a daemon thread of its own,
   * until closed; several changes may come as one call. The callback must be quick and must not
   * throw.
   */
  Watch watch(Runnable onChange);

  /**
   * What is mounted at a place.
   *
   * @param device of the filesystem
   * @param readOnly whether nothing can be written through this mount, be it the mount or its
   *     filesystem
   */
  record Mounted(DeviceNumber device, boolean readOnly) {}

  /** Ends a watch, though not a call that is under way; closing twice does nothing. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
