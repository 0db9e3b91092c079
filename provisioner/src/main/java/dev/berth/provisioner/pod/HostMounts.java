package dev.berth.provisioner.pod;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the volume manager itself asks of the kernel; the mounts of CSI volumes are the driver's.
 * Paths are absolute and free of symbolic links. Each call throws {@link
 * java.io.UncheckedIOException} with the path and the system's reason when the kernel refuses.
 */
public interface HostMounts {
  /**
   * Mounts a tmpfs that everybody may write to (mode 0777) on an existing directory.
   *
   * @param sizeBytes its size; empty for the kernel's own choice, half of the memory (tmpfs(5))
   */
  void tmpfs(Path target, OptionalLong sizeBytes);

  /**
   * Mounts a tmpfs that only its owner may write to (mode 0755) on an existing directory, for what
   * may be secret: where the kernel can (Linux 6.4), it is never written to swap.
   */
  void contentTmpfs(Path target);

  /**
   * Mounts a folder of an NFS server on an existing directory. It takes as long as the server, but
   * never longer than half a minute; a mount that goes on after that is found by {@link
   * #isMounted}, and until then a second one at this place is refused.
   *
   * @throws java.io.UncheckedIOException with the server, the path, the reason and what to do
   */
  void nfs(NfsShare share, Path target);

  /**
   * Makes a folder visible at another, existing one too, or a device at an existing file.
   *
   * @param options words of mount(8) that a bind can have, such as {@code ro}
   */
  void bind(Path source, Path target, List<String> options);

  /**
   * Makes a part of a volume, a folder or a file, visible at {@code target}, which is made as the
   * same. Whatever happens in the volume meanwhile, nothing outside of it is reached: no link leads
   * out of it. A part that is missing is made as a folder.
   *
   * @param volume a folder
   * @param part relative to it
   * @param target does not exist, or is what an interrupted call left; its folder exists
   * @param options as for {@link #bind}
   */
  void bindPart(Path volume, Path part, Path target, List<String> options);

  /**
   * Unmounts the topmost mount of the path; a path that is not mounted is left as it is. A mount of
   * an NFS server that does not answer any more is unmounted by force: what was not written to it
   * is lost.
   */
  void unmount(Path target);

  /** Whether something is mounted exactly there. */
  boolean isMounted(Path target);

  /** Every mount point strictly below a directory, whether the directory exists or not. */
  List<Path> mountsBelow(Path dir);
}
