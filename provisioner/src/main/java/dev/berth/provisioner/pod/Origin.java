package dev.berth.provisioner.pod;

import java.nio.file.Path;
import java.util.List;

/** What is mounted for a volume that no driver serves. */
sealed interface Origin {
  /**
   * A folder of the host.
   *
   * @param options of the mount, such as {@code ro}
   */
  record HostFolder(Path path, List<String> options) implements Origin {
    public HostFolder {
      options = List.copyOf(options);
    }
  }

  /** A block device of the host. */
  record HostDevice(Path path) implements Origin {}

  /** A folder of an NFS server. */
  record Export(NfsShare share) implements Origin {}
}
