package dev.berth.provisioner.recycle;

import dev.berth.provisioner.pod.HostMounts;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Empties volumes of this machine. */
public final class HostRecycler implements Recycler {
  private final HostMounts mounts;
  private final ShareRecycler shares;

  /**
   * A recycler that asks which mounts lie in its way, and makes those that it needs.
   *
   * @param scratch a folder of its own, made when a share is emptied
   */
  public HostRecycler(HostMounts mounts, Path scratch) {
    this.mounts = mounts;
    this.shares = new ShareRecycler(mounts, scratch);
  }

  @Override
  public void empty(Contents contents) throws RecycleException {
    switch (contents) {
      case Contents.HostFolder(String path) -> {
        Path folder = checked(path);
        Emptying.start(folder).end();
      }
      case Contents.NfsExport export -> shares.empty(export);
    }
  }

  private Path checked(String text) throws RecycleException {
    Path path = path(text);
    if (!path.isAbsolute() || !path.equals(path.normalize()) || path.getNameCount() == 0) {
      throw new RecycleException(
          "spec.hostPath.path \"" + text + "\" must be an absolute path, without '..' and not /");
    }
    List<Path> inside = mounts.mountsBelow(path);
    if (!inside.isEmpty()) {
      throw new RecycleException(
          inside.getFirst() + " is mounted below " + path + " and would be emptied; unmount it");
    }
    return path;
  }

  private static Path path(String text) throws RecycleException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new RecycleException("spec.hostPath.path: " + e.getMessage(), e);
    }
  }
}
