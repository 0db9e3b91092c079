package dev.berth.node.kernel;

import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.VolumeId;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the kernel knows about volumes, looked up afresh for each question. */
public final class KernelView {
  private final Pools pools;
  private final Images images;
  private final Mounts mounts;
  private final LoopDevices loops;
  private final FileCalls files;

  public KernelView(Pools pools, Images images, Linux linux) {
    this.pools = pools;
    this.images = images;
    this.mounts = linux.mounts();
    this.loops = linux.loops();
    this.files = linux.files();
  }

  /** The loop device of a volume that exists. */
  public Optional<LoopDevice> device(Volume volume) {
    return images.attached(volume);
  }

  /**
   * The loop device of the volume of this id, whether or not the volume still exists: one that is
   * gone or damaged, or whose pool is missing, is known by the name that its device was given.
   */
  public Optional<LoopDevice> device(String volumeId) {
    Optional<VolumeId> id = VolumeId.parse(volumeId);
    Optional<Volume> volume = id.flatMap(this::find);
    return volume.isPresent()
        ? device(volume.get())
        : id.flatMap(
            i ->
                loops.list().stream().filter(d -> d.name().equals(Images.loopName(i))).findFirst());
  }

  /** The volume, if it is there and can be trusted. */
  public Optional<Volume> find(VolumeId id) {
    try {
      return pools.find(id);
    } catch (VolumeException.Damaged | VolumeException.PoolMissing e) {
      return Optional.empty();
    }
  }

  /** Where the filesystem on {@code device} is mounted. */
  public List<Path> mountPoints(LoopDevice device) {
    return mounts(device).stream().map(MountEntry::mountPoint).distinct().toList();
  }

  /** The mounts of the filesystem on {@code device}. */
  public List<MountEntry> mounts(LoopDevice device) {
    return mounts.table().ofDevice(device.device());
  }

  /** Where the node of {@code device} is bound to a file of another name. */
  public List<Path> boundNodes(LoopDevice device) {
    String suffix = "/" + device.path().getFileName();
    return mounts.table().entries().stream()
        .filter(e -> e.root().endsWith(suffix))
        .map(MountEntry::mountPoint)
        .filter(p -> isNodeOf(p, device))
        .distinct()
        .toList();
  }

  /** What is at {@code place}, for the volume on {@code device}. */
  public Occupant at(Path place, Optional<LoopDevice> device) {
    MountTable table = mounts.table();
    return table
        .at(place)
        .map(mount -> occupant(mount, place, device))
        .orElse(new Occupant.Nothing());
  }

  private Occupant occupant(MountEntry mount, Path place, Optional<LoopDevice> device) {
    if (device.isPresent() && mount.device().equals(device.get().device())) {
      return new Occupant.Filesystem(mount);
    }
    if (device.isPresent() && isNodeOf(place, device.get())) {
      return new Occupant.Node(mount);
    }
    return files.stat(place).node().isPresent()
        ? new Occupant.OtherNode(mount)
        : new Occupant.OtherFilesystem(mount);
  }

  private boolean isNodeOf(Path place, LoopDevice device) {
    try {
      return files.stat(place).node().filter(device.device()::equals).isPresent();
    } catch (SystemCallFailed e) {
      // Unmounted since the table was read, or a filesystem that no longer answers.
      return false;
    }
  }
}
