package dev.berth.provisioner.pod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A mount table that only remembers; the folders below it are real. Safe for threads. */
public final class FakeHostMounts implements HostMounts {
  private record Mount(Path target, OptionalLong size) {}

  private final List<Mount> table = new ArrayList<>();

  @Override
  public synchronized void tmpfs(Path target, OptionalLong sizeBytes) {
    try {
      if (!Files.isDirectory(target)) {
        throw new NoSuchFileException(target.toString());
      }
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      throw new UncheckedIOException("tmpfs on " + target + ": " + e, e);
    }
    table.add(new Mount(target, sizeBytes));
  }

  @Override
  public synchronized void contentTmpfs(Path target) {
    tmpfs(target, OptionalLong.empty());
    try {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException("tmpfs on " + target + ": " + e, e);
    }
  }

  /** What a driver mounts. */
  synchronized void mount(Path target) {
    table.add(new Mount(target, OptionalLong.empty()));
  }

  @Override
  public synchronized void unmount(Path target) {
    for (int i = table.size() - 1; i >= 0; i--) {
      if (table.get(i).target().equals(target)) {
        table.remove(i);
        return;
      }
    }
  }

  @Override
  public synchronized boolean isMounted(Path target) {
    return table.stream().anyMatch(mount -> mount.target().equals(target));
  }

  @Override
  public synchronized List<Path> mountsBelow(Path dir) {
    return table.stream()
        .map(Mount::target)
        .filter(target -> target.startsWith(dir) && !target.equals(dir))
        .toList();
  }

  synchronized OptionalLong size(Path target) {
    return table.stream()
        .filter(mount -> mount.target().equals(target))
        .map(Mount::size)
        .reduce(OptionalLong.empty(), (_, last) -> last);
  }
}
