package dev.berth.storage;

import dev.berth.storage.Keeper.Kept;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileKind;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data folders of one pool's directory volumes. */
final class Folders {
  private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

  /** As the root of a filesystem that mkfs has just made. */
  private static final String MODE = "rwxr-xr-x";

  private final Disk disk;
  private final Linux linux;
  private final Keeper keeper;
  private final Map<String, ProjectId> projects = new ConcurrentHashMap<>();

  Folders(Disk disk, Linux linux, Path root) {
    this.disk = disk;
    this.linux = linux;
    this.keeper =
        disk.files().statfs(root).type() == StatFs.BTRFS
            ? new SubvolumeKeeper(linux.subvolumes(), disk.files())
            : new ProjectKeeper(linux.quotas(), disk, root);
  }

  /** Why a volume with that content cannot be here; empty when it can. */
  Optional<String> whyNot(Content content) {
    return content instanceof Content.Directory(Limit limit) && limit == Limit.ENFORCED
        ? keeper
            .whyNoLimit()
            .map(
                why ->
                    "the size of a directory could not be kept to: "
                        + why
                        + "; use kind image, or say capacity advisory in the class")
        : Optional.empty();
  }

  /**
   * Makes one, empty or as its original is; its name is on the disk when its parent is synced.
   *
   * @return the number that it is limited by, if by numbers
   */
  Optional<ProjectId> make(Path data, VolumeId id, Bytes size, boolean limited) {
    Kept made = keeper.make(data, id, limited);
    try {
      chmod(data);
      if (limited) {
        keeper.limit(made, size);
      }
      disk.files().syncDirectory(data);
      return made.project();
    } catch (VolumeException e) {
      made.project().ifPresent(p -> giveUp(p, e));
      throw e;
    }
  }

  private void giveUp(ProjectId project, VolumeException failure) {
    try {
      keeper.forget(Optional.of(project));
    } catch (VolumeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Why directories cannot be copied here as they are at one instant; empty when they can. */
  Optional<String> whyNoCopy() {
    return keeper.whyNoCopy();
  }

  /** Makes {@code target} as {@code source} is now, without a limit. */
  void copy(Path source, Path target) {
    keeper.copy(source, target);
    disk.files().syncDirectory(target);
  }

  /** Limits a copy that {@link #copy} has made. */
  void limit(Path data, Bytes size) {
    keeper.limit(new Kept(data, Optional.empty()), size);
  }

  /** Sets the limit that the record says, or that it is growing to. */
  void limit(VolumeFile file) {
    if (file.volume().content().equals(new Content.Directory(Limit.ENFORCED))) {
      keeper.limit(new Kept(file.volume().image(), file.project()), file.promise());
    }
  }

  /** A volume of this pool: its limit is set again, for the pool may have come from elsewhere. */
  void adopt(VolumeFile file) {
    know(file);
    try {
      limit(file);
    } catch (SystemCallFailed e) {
      LOG.warn(
          "volume {} has no limit here, though its class asked for one: {}",
          file.volume().id(),
          e.getMessage());
    }
  }

  void know(VolumeFile file) {
    file.project().ifPresent(p -> projects.put(file.volume().id().name(), p));
  }

  void forget(String name) {
    projects.remove(name);
  }

  private void chmod(Path data) {
    Failures.doing(
        "chmod",
        data,
        () -> Files.setPosixFilePermissions(data, PosixFilePermissions.fromString(MODE)));
  }

  /**
   * What a directory volume counts in the trash; empty for an image.
   *
   * @param folder where the volume's folder is now
   */
  Optional<Bytes> counts(VolumeFile volume, Path folder) {
    return volume.volume().content() instanceof Content.Directory
        ? Optional.of(
            usage(new Kept(folder.resolve(VolumeFile.DATA), volume.project()))
                .map(DirectoryUsage::bytes)
                .orElse(volume.promise()))
        : Optional.empty();
  }

  /** What a volume of this pool holds, where that is counted. */
  Optional<DirectoryUsage> usage(Volume volume) {
    return volume.content() instanceof Content.Directory ? usage(kept(volume)) : Optional.empty();
  }

  Optional<Bytes> used(Volume volume) {
    return usage(volume).map(DirectoryUsage::bytes);
  }

  /** What is wrong with its limit; nothing with one that was never to have any. */
  List<String> findings(Volume volume) {
    if (!volume.content().equals(new Content.Directory(Limit.ENFORCED))) {
      return List.of();
    }
    return keeper.findings(kept(volume), volume.size()).stream()
        .map(what -> "volume " + volume.id() + " " + what)
        .toList();
  }

  private Kept kept(Volume volume) {
    return new Kept(volume.image(), Optional.ofNullable(projects.get(volume.id().name())));
  }

  /** What a snapshot holds. */
  Optional<Bytes> held(Path data) {
    return usage(new Kept(data, Optional.empty())).map(DirectoryUsage::bytes);
  }

  private Optional<DirectoryUsage> usage(Kept kept) {
    try {
      return keeper.usage(kept);
    } catch (SystemCallFailed e) {
      LOG.debug("{}: cannot be measured", kept.data(), e);
      return Optional.empty();
    }
  }

  /** Removes the data folder of a deleted volume, if it has one. */
  void remove(Path folder, Optional<ProjectId> project) {
    Path data = folder.resolve(VolumeFile.DATA);
    if (disk.isDirectory(data)) {
      requireUnused(folder.toString(), data);
      disk.removeTree(data);
    }
    keeper.forget(project);
  }

  /** {@link Damaged} when it is missing, or reached through a link, or no directory. */
  static void require(Disk disk, Path root, Path data) {
    try {
      Path real = disk.files().resolveBeneath(root, root.relativize(data));
      if (disk.files().stat(real).kind() != FileKind.DIRECTORY) {
        throw new Damaged(data + ": is not a directory");
      }
    } catch (SystemCallFailed e) {
      throw switch (e.errno()) {
        case "ENOENT", "ENOTDIR" ->
            new Damaged(data + ": the directory is missing; restore it from a backup", e);
        case "ELOOP", "EXDEV" ->
            new Damaged(data + ": a symbolic link is in the way, and pools have none", e);
        default -> e;
      };
    }
  }

  /**
   * Makes sure that nobody sees the directory and that nothing is mounted in it: what is removed
   * there would be somebody else's.
   *
   * @throws NotNow otherwise
   */
  void requireUnused(String what, Path data) {
    List<MountEntry> shown = DirectoryMounts.showing(linux.mounts().table(), data);
    if (!shown.isEmpty()) {
      throw new NotNow(
          "%s is mounted at %s and cannot be deleted; unpublish and unstage it, or unmount it (umount %s)"
              .formatted(what, shown.getFirst().mountPoint(), shown.getFirst().mountPoint()));
    }
    List<MountEntry> below = DirectoryMounts.below(linux.mounts(), data);
    if (!below.isEmpty()) {
      throw new NotNow(
          "%s has something mounted in it, at %s, and cannot be deleted; unmount that first"
              .formatted(what, below.getFirst().mountPoint()));
    }
  }
}
