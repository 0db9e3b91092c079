package dev.berth.provisioner.pod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;

/** A mount table that only remembers; the folders below it are real. Safe for threads. */
public final class FakeHostMounts implements HostMounts {
  private record Mount(Path target, OptionalLong size) {}

  private final List<Mount> table = new ArrayList<>();
  private final Map<Path, NfsShare> shares = new HashMap<>();
  private final Set<String> servers = new HashSet<>();
  private BiConsumer<NfsShare, Path> onShare = (_, _) -> {};

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

  @Override
  public synchronized void bind(Path source, Path target, List<String> options) {
    if (!Files.exists(source)) {
      throw new UncheckedIOException(new NoSuchFileException(source.toString()));
    }
    table.add(new Mount(target, OptionalLong.empty()));
  }

  @Override
  public synchronized void nfs(NfsShare share, Path target) {
    if (!servers.contains(share.server())) {
      throw new UncheckedIOException(
          new IOException(share + ": nothing answers; start the server"));
    }
    table.add(new Mount(target, OptionalLong.empty()));
    shares.put(target, share);
    onShare.accept(share, target);
  }

  /** What happens when a share has been mounted. */
  public synchronized void onShare(BiConsumer<NfsShare, Path> then) {
    onShare = then;
  }

  /** From now on a server answers, or does not. */
  public synchronized void server(String name, boolean answers) {
    var _ = answers ? servers.add(name) : servers.remove(name);
  }

  /** What was last mounted there. */
  public synchronized Optional<NfsShare> share(Path target) {
    return Optional.ofNullable(shares.get(target));
  }

  @Override
  public synchronized void bindPart(Path volume, Path part, Path target, List<String> options) {
    try {
      Path root = volume.toRealPath();
      Path at = root;
      for (Path name : part) {
        Path next = at.resolve(name);
        at =
            Files.exists(next, LinkOption.NOFOLLOW_LINKS)
                ? next.toRealPath()
                : Files.createDirectory(next);
        if (!at.startsWith(root)) {
          throw new IOException(part + " leads out of the volume " + volume + "; correct it");
        }
      }
      if (Files.notExists(target)) {
        var _ = Files.isDirectory(at) ? Files.createDirectory(target) : Files.createFile(target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    table.add(new Mount(target, OptionalLong.empty()));
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
