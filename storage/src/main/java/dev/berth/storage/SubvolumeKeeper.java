package dev.berth.storage;

import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.Subvolumes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** btrfs: each directory is a subvolume, limited by its own quota group. */
final class SubvolumeKeeper implements Keeper {
  private static final int MOST_NAMED = 5;

  private final Subvolumes subvolumes;
  private final FileCalls files;

  SubvolumeKeeper(Subvolumes subvolumes, FileCalls files) {
    this.subvolumes = subvolumes;
    this.files = files;
  }

  @Override
  public Optional<String> whyNoLimit() {
    return Optional.empty();
  }

  @Override
  public Optional<String> whyNoCopy() {
    return Optional.empty();
  }

  /** A group is made with its subvolume, but only where quotas are enabled already. */
  @Override
  public Kept make(Path data, VolumeId id, boolean limited) {
    if (limited) {
      subvolumes.enableQuotas(Disk.parent(data));
    }
    subvolumes.create(data);
    return new Kept(data, Optional.empty());
  }

  @Override
  public void copy(Path source, Path target) {
    files.syncFilesystem(source);
    subvolumes.snapshot(source, target);
  }

  @Override
  public void limit(Kept kept, Bytes size) {
    subvolumes.enableQuotas(kept.data());
    subvolumes.limit(kept.data(), size);
  }

  @Override
  public Optional<DirectoryUsage> usage(Kept kept) {
    return subvolumes.id(kept.data()).isEmpty()
        ? Optional.empty()
        : subvolumes
            .usage(kept.data())
            .map(u -> new DirectoryUsage(u.referenced(), Optional.empty(), Optional.empty()));
  }

  @Override
  public List<String> findings(Kept kept, Bytes size) {
    if (subvolumes.id(kept.data()).isEmpty()) {
      return List.of(
          "has no limit, because its folder is no subvolume (copied here by hand?); make a volume and copy the files into it");
    }
    List<String> found = new ArrayList<>();
    List<String> within = subvolumes.within(kept.data());
    if (!within.isEmpty()) {
      found.add(
          "has subvolumes of its pod's making (%s), which its size does not cover and snapshots leave out; make them directories"
              .formatted(String.join(", ", within.stream().limit(MOST_NAMED).toList())));
    }
    boolean limited =
        subvolumes.usage(kept.data()).flatMap(u -> u.limit()).filter(size::equals).isPresent();
    if (!limited) {
      found.add(
          "is not limited to its size: quotas of the pool's filesystem were switched off or its group was changed; restart the driver, which sets the limit again");
    }
    return List.copyOf(found);
  }

  /** The kernel removes the group with its subvolume, since Linux 6.12. */
  @Override
  public void forget(Optional<ProjectId> project) {}
}
