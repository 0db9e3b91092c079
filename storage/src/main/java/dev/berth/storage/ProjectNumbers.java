package dev.berth.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.storage.linux.ProjectId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * Which projects are whose: numbers above a billion, where people do not look for theirs, chosen by
 * the volume's id so that two pools of one filesystem seldom want the same.
 */
final class ProjectNumbers {
  private static final long FIRST = 1L << 30;
  private static final long COUNT = 1L << 30;

  @GuardedBy("this")
  private final Set<ProjectId> taken = new HashSet<>();

  /** A number that nobody has: not here, and not by what the kernel counts. */
  synchronized ProjectId take(VolumeId id, Predicate<ProjectId> isUnused) {
    CRC32 hash = new CRC32();
    hash.update(id.toString().getBytes(StandardCharsets.UTF_8));
    long at = hash.getValue() % COUNT;
    while (true) {
      ProjectId project = new ProjectId(FIRST + at);
      if (!taken.contains(project) && isUnused.test(project)) {
        taken.add(project);
        return project;
      }
      at = (at + 1) % COUNT;
    }
  }

  /** One that a record names. */
  synchronized void know(ProjectId project) {
    taken.add(project);
  }

  synchronized void giveBack(ProjectId project) {
    taken.remove(project);
  }
}
