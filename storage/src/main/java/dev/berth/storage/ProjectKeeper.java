package dev.berth.storage;

import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.ProjectQuotas;
import dev.berth.storage.linux.ProjectQuotas.Enforcement;
import dev.berth.storage.linux.QuotaLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** ext4 and xfs: each limited directory is a project of its own. */
final class ProjectKeeper implements Keeper {
  /** As mke2fs reckons: one inode for so much room. */
  private static final Bytes BYTES_PER_INODE = Bytes.ofKiB(16);

  private static final long LEAST_INODES = 1024;

  private final ProjectQuotas quotas;
  private final Disk disk;
  private final Path root;
  private final ProjectNumbers numbers = new ProjectNumbers();

  ProjectKeeper(ProjectQuotas quotas, Disk disk, Path root) {
    this.quotas = quotas;
    this.disk = disk;
    this.root = root;
  }

  @Override
  public Optional<String> whyNoLimit() {
    return switch (enforcement()) {
      case ENFORCED -> Optional.empty();
      case COUNTED ->
          Optional.of(
              "its filesystem counts projects and does not limit them; mount it with the option prjquota");
      case NONE ->
          Optional.of(
              "its filesystem limits no projects; use btrfs, xfs mounted with prjquota, or ext4 made with -O quota,project and mounted with prjquota");
    };
  }

  @Override
  public Optional<String> whyNoCopy() {
    return Optional.of("its filesystem cannot copy a directory as it is at one instant; use btrfs");
  }

  @Override
  public Kept make(Path data, VolumeId id, boolean limited) {
    disk.makeDirectory(data);
    if (!limited) {
      return new Kept(data, Optional.empty());
    }
    ProjectId project = numbers.take(id, p -> quotas.usage(root, p).inodes() == 0);
    try {
      quotas.assign(data, project);
      return new Kept(data, Optional.of(project));
    } catch (SystemCallFailed e) {
      numbers.giveBack(project);
      throw e;
    }
  }

  @Override
  public void copy(Path source, Path target) {
    throw new Invalid(
        "%s is a directory volume and cannot be copied: %s"
            .formatted(source, whyNoCopy().orElseThrow()));
  }

  /** The folder itself may have been taken out of its project by who owns it. */
  @Override
  public void limit(Kept kept, Bytes size) {
    if (kept.project().isPresent()) {
      ProjectId project = kept.project().get();
      numbers.know(project);
      if (!quotas.projectOf(kept.data()).equals(project)) {
        quotas.assign(kept.data(), project);
      }
      quotas.limit(kept.data(), project, limits(size));
    }
  }

  @Override
  public Optional<DirectoryUsage> usage(Kept kept) {
    return kept.project()
        .map(project -> quotas.usage(root, project))
        .map(
            u ->
                new DirectoryUsage(
                    u.bytes(),
                    Optional.of(u.inodes()),
                    Optional.of(u.limits().inodes()).filter(most -> most > 0)));
  }

  @Override
  public List<String> findings(Kept kept, Bytes size) {
    if (kept.project().isEmpty() || whyNoLimit().isPresent()) {
      return List.of(
          "is not limited to its size: "
              + whyNoLimit().orElse("it has no project; make a volume and copy the files into it"));
    }
    ProjectId project = kept.project().get();
    List<String> found = new ArrayList<>();
    if (!quotas.projectOf(kept.data()).equals(project)) {
      found.add(
          "was taken out of its project %s by who owns its folder; restart the driver, which puts the folder back, and run its pods in user namespaces"
              .formatted(project));
    }
    if (!quotas.usage(root, project).limits().equals(limits(size))) {
      found.add(
          "is not limited to its size: project %s has another limit; restart the driver, which sets it again"
              .formatted(project));
    }
    return List.copyOf(found);
  }

  @Override
  public void forget(Optional<ProjectId> project) {
    if (project.isPresent()) {
      quotas.limit(root, project.get(), QuotaLimits.NONE);
      numbers.giveBack(project.get());
    }
  }

  static QuotaLimits limits(Bytes size) {
    return new QuotaLimits(size, Math.max(LEAST_INODES, size.value() / BYTES_PER_INODE.value()));
  }

  private Enforcement enforcement() {
    try {
      return quotas.enforcement(root);
    } catch (SystemCallFailed e) {
      return Enforcement.NONE; // Whatever it says of quotas, it keeps none for us.
    }
  }
}
