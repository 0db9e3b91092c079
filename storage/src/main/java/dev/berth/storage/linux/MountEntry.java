package dev.berth.storage.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One line of /proc/[pid]/mountinfo (proc(5)), with the octal escapes undone.
 *
 * @param root the path within the filesystem that is the root of this mount
 * @param options of this mount, for example {@code ro} and {@code nosuid}
 * @param tags the optional fields, for example {@code shared:12} and {@code master:3}
 * @param source the device node, or whatever word was given for it
 * @param superOptions of the filesystem, shared by all its mounts
 */
public record MountEntry(
    int id,
    int parentId,
    DeviceNumber device,
    String root,
    Path mountPoint,
    Set<String> options,
    List<String> tags,
    String fsType,
    String source,
    Set<String> superOptions) {

  public MountEntry {
    options = Set.copyOf(options);
    tags = List.copyOf(tags);
    superOptions = Set.copyOf(superOptions);
  }

  /** Whether nothing can be written through this mount, be it the mount or its filesystem. */
  public boolean isReadOnly() {
    return options.contains("ro") || superOptions.contains("ro");
  }

  /** Whether mounts below this one travel to its peers. */
  public boolean isShared() {
    return tags.stream().anyMatch(tag -> tag.startsWith("shared:"));
  }

  /** Whether mounts come to this one from a master. */
  public boolean isSlave() {
    return tags.stream().anyMatch(tag -> tag.startsWith("master:"));
  }
}
