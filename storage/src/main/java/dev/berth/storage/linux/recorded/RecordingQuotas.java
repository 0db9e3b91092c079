package dev.berth.storage.linux.recorded;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.ProjectQuotas;
import dev.berth.storage.linux.QuotaLimits;
import dev.berth.storage.linux.QuotaUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;

/**
 * Project quotas in memory, of one filesystem that everything lies on. It counts the files that are
 * really there when it is asked; nothing keeps anybody from going beyond a limit.
 */
public final class RecordingQuotas implements ProjectQuotas {
  private final Map<Path, ProjectId> directories = new ConcurrentHashMap<>();
  private final Map<ProjectId, QuotaLimits> limits = new ConcurrentHashMap<>();
  private volatile Enforcement enforcement = Enforcement.ENFORCED;

  /** From now on the filesystem does this about projects. */
  public void enforcement(Enforcement now) {
    enforcement = now;
  }

  @Override
  public Enforcement enforcement(Path any) {
    return enforcement;
  }

  @Override
  public void assign(Path directory, ProjectId project) {
    String arguments = directory.toString();
    Refusal.requireExisting(directory, "open", arguments);
    if (!Files.isDirectory(directory)) {
      throw Refusal.of("open", arguments, Errno.ENOTDIR);
    }
    directories.put(directory, project);
  }

  /** What its nearest directory was put into: files inherit when they are made. */
  @Override
  public ProjectId projectOf(Path any) {
    Refusal.requireExisting(any, "open", any.toString());
    for (Path at = any; at != null; at = at.getParent()) {
      ProjectId project = directories.get(at);
      if (project != null) {
        return project;
      }
    }
    return ProjectId.NONE;
  }

  @Override
  public void limit(Path any, ProjectId project, QuotaLimits to) {
    requireCounted("Q_SETQUOTA", any, project);
    limits.put(project, to);
  }

  @Override
  public QuotaUsage usage(Path any, ProjectId project) {
    requireCounted("Q_GETQUOTA", any, project);
    long bytes = 0;
    long inodes = 0;
    for (Map.Entry<Path, ProjectId> root : directories.entrySet()) {
      if (root.getValue().equals(project)) {
        QuotaUsage below = below(root.getKey(), project);
        bytes += below.bytes().value();
        inodes += below.inodes();
      }
    }
    QuotaLimits now = limits.getOrDefault(project, QuotaLimits.NONE);
    return new QuotaUsage(Bytes.of(bytes), inodes, now);
  }

  /** Without what lies in a directory below that has its own entry. */
  private QuotaUsage below(Path root, ProjectId project) {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return new QuotaUsage(Bytes.ZERO, 0, QuotaLimits.NONE); // Renamed or removed since.
    }
    try (Stream<Path> tree = Files.walk(root)) {
      long bytes = 0;
      long inodes = 0;
      for (Path path : tree.filter(p -> root.equals(nearest(p))).toList()) {
        inodes++;
        bytes += Files.isRegularFile(path) ? Files.size(path) : 0;
      }
      return new QuotaUsage(Bytes.of(bytes), inodes, QuotaLimits.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException("counting project " + project, e);
    }
  }

  private Path nearest(Path path) {
    Path at = path;
    while (!directories.containsKey(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private void requireCounted(String command, Path any, ProjectId project) {
    if (enforcement == Enforcement.NONE) {
      throw Refusal.of("quotactl_fd", command + " " + any + " project " + project, Errno.ENOSYS);
    }
  }
}
