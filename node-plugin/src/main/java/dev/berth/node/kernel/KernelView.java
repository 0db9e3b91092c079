package dev.berth.node.kernel;

import dev.berth.storage.DirectoryMounts;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.VolumeId;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Mounts;
import dev.berth.storage.linux.Mounts.Mounted;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the kernel knows about volumes, looked up afresh for each question. */
public final class KernelView {
  private final Pools pools;
  private final Images images;
  private final Mounts mounts;
  private final FileCalls files;
  private final DirectoryMounts directories;

  public KernelView(Pools pools, Images images, Linux linux) {
    this.pools = pools;
    this.images = images;
    this.mounts = linux.mounts();
    this.files = linux.files();
    this.directories = new DirectoryMounts(linux.mounts());
  }

  /** The loop device of a volume that exists. */
  public Optional<LoopDevice> device(Volume volume) {
    return images.attached(volume);
  }

  /**
   * The loop device of the volume of this id, whether or not the volume still exists: one that is
   * gone or damaged, or whose pool is missing or fails, is known by the name that its device was
   * given. Also one that has what the volume was before it was taken from this node.
   */
  public Optional<LoopDevice> device(String volumeId) {
    Optional<VolumeId> id = VolumeId.parse(volumeId);
    Optional<Volume> volume = id.flatMap(this::findIfReadable);
    return volume.isPresent()
        ? device(volume.get()).or(() -> images.stale(volume.get()))
        : id.flatMap(images::attached);
  }

  private Optional<Volume> findIfReadable(VolumeId id) {
    try {
      return find(id);
    } catch (VolumeException.SystemCallFailed e) {
      return Optional.empty();
    }
  }

  /** The volume, if it is there and can be trusted. */
  public Optional<Volume> find(VolumeId id) {
    try {
      return pools.find(id);
    } catch (VolumeException.Damaged | VolumeException.PoolMissing e) {
      return Optional.empty();
    }
  }

  /** What is mounted at {@code place}, if it is that directory volume. */
  public Optional<MountEntry> directory(Path place, Volume volume) {
    return directories.at(place, volume);
  }

  /** The same of a volume that need not exist any more. */
  public Optional<MountEntry> directory(Path place, String volumeId) {
    return VolumeId.parse(volumeId).flatMap(id -> directories.named(place, id));
  }

  /** Where a directory volume, or a part of it, is mounted. */
  public List<Path> placesOf(Volume volume) {
    return directories.of(volume).stream().map(MountEntry::mountPoint).distinct().toList();
  }

  /** Where else what {@code mount} shows, or a part of it, is mounted. */
  public List<Path> alsoAt(MountEntry mount) {
    return mounts.table().ofDevice(mount.device()).stream()
        .filter(e -> Path.of(e.root()).startsWith(Path.of(mount.root())))
        .map(MountEntry::mountPoint)
        .filter(place -> !place.equals(mount.mountPoint()))
        .distinct()
        .toList();
  }

  /** Where the filesystem on {@code device} is mounted. */
  public List<Path> mountPoints(LoopDevice device) {
    return mounts.mountPointsOf(device.device()).stream().distinct().toList();
  }

  /** The mounts of the filesystem on {@code device}, with their options. */
  public List<MountEntry> mounts(LoopDevice device) {
    return mounts.table().ofDevice(device.device());
  }

  /** Where the node of {@code device} is bound to a file of another name. */
  public List<Path> boundNodes(LoopDevice device) {
    return mounts.mountPointsOfName("loop" + device.number()).stream()
        .filter(p -> isNodeOf(p, device))
        .distinct()
        .toList();
  }

  /** What is at {@code place}, for the volume on {@code device}. */
  public Occupant at(Path place, Optional<LoopDevice> device) {
    return at(place, () -> device);
  }

  /**
   * What is at {@code place}, for a volume.
   *
   * @param device where the volume is attached; asked only when something is there
   */
  public Occupant at(Path place, Supplier<Optional<LoopDevice>> device) {
    return mounts
        .mountedAt(place)
        .map(mount -> occupant(mount, place, device.get()))
        .orElse(new Occupant.Nothing());
  }

  /**
   * All that the mount table says about what is mounted at {@code place}.
   *
   * @throws VolumeException.Busy when nothing is, any more
   */
  public MountEntry entry(Path place) {
    return mounts
        .table()
        .at(place)
        .orElseThrow(
            () ->
                new VolumeException.Busy(
                    "what is mounted at %s changes just now; try again".formatted(place)));
  }

  /**
   * Looks whether the filesystem on {@code device} is mounted at {@code place} and cannot be
   * reached there, because another mount covers the path.
   *
   * @throws VolumeException.NotNow when it is
   */
  public void requireNotHidden(String volumeId, Path place, LoopDevice device) {
    if (mountPoints(device).contains(place)) {
      throw new VolumeException.NotNow(
          "volume %s is mounted at %s, but another mount covers that path; unmount that one first"
              .formatted(volumeId, place));
    }
  }

  private Occupant occupant(Mounted mount, Path place, Optional<LoopDevice> device) {
    if (device.isPresent() && mount.device().equals(device.get().device())) {
      return new Occupant.Filesystem(mount.readOnly());
    }
    if (device.isPresent() && isNodeOf(place, device.get())) {
      return new Occupant.Node();
    }
    return files.stat(place).node().isPresent()
        ? new Occupant.OtherNode(entry(place))
        : new Occupant.OtherFilesystem(entry(place));
  }

  private boolean isNodeOf(Path place, LoopDevice device) {
    try {
      return files.stat(place).node().filter(device.device()::equals).isPresent();
    } catch (SystemCallFailed e) {
      // Unmounted since the mounts were listed, or a filesystem that no longer answers.
      return false;
    }
  }
}
