package dev.berth.node.kernel;

import dev.berth.storage.linux.MountEntry;
import java.nio.file.Path;

/** What is at a path, as seen from one volume. */
public sealed interface Occupant {
  /** Nothing is mounted there. */
  record Nothing() implements Occupant {}

  /** The volume's filesystem, which may be mounted so that nothing can be written there. */
  record Filesystem(boolean readOnly) implements Occupant {}

  /** The volume's device node. */
  record Node() implements Occupant {}

  /** The node of a block device that is not the volume's, or no longer. */
  record OtherNode(MountEntry mount) implements Occupant {}

  /** A filesystem that is not the volume's. */
  record OtherFilesystem(MountEntry mount) implements Occupant {}

  /** For messages. */
  static String describe(MountEntry mount) {
    Path source = Path.of("/").resolve(mount.source());
    return "%s (%s)"
        .formatted(mount.source().startsWith("/") ? source : mount.source(), mount.fsType());
  }
}
