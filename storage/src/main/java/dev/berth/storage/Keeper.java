package dev.berth.storage;

import dev.berth.storage.linux.ProjectId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How one filesystem makes directories, and keeps them to a size. */
interface Keeper {
  /**
   * A directory and the number that it is limited by, where it is limited by numbers.
   *
   * @param data the directory
   */
  record Kept(Path data, Optional<ProjectId> project) {}

  /** Why it keeps no limits; empty when it does. */
  Optional<String> whyNoLimit();

  /** Why it cannot copy directories as they are at one instant; empty when it can. */
  Optional<String> whyNoCopy();

  /**
   * Makes an empty directory.
   *
   * @param limited whether {@link #limit} will be called for it
   */
  Kept make(Path data, VolumeId id, boolean limited);

  /** Makes {@code target} as {@code source} is now. */
  void copy(Path source, Path target);

  void limit(Kept kept, Bytes size);

  /** What counts of it; empty where nothing is counted. */
  Optional<DirectoryUsage> usage(Kept kept);

  /** What is wrong with the limit of a volume, and what to do, without its name. */
  List<String> findings(Kept kept, Bytes size);

  /** Takes back what only it had, when the directory is gone. */
  void forget(Optional<ProjectId> project);
}
