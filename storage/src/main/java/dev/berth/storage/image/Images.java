package dev.berth.storage.image;

import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.VolumeId;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.QueueSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Attaches images to loop devices. What is attached is read from the kernel's loop table, by device
 * and inode of the image, and never from a file of ours; another's loop device is never touched.
 */
public final class Images {
  private final Linux linux;
  private final Devices devices;
  private final Attaching attaching;

  /** Of pools that are this node's own. */
  public Images(Linux linux) {
    this(linux, Optional.empty());
  }

  /** Of pools that this node shares with others. */
  public static Images sharedAs(Linux linux, String node) {
    return new Images(linux, Optional.of(node));
  }

  private Images(Linux linux, Optional<String> node) {
    this.linux = linux;
    this.devices = new Devices(linux, node);
    this.attaching = new Attaching(linux, devices);
  }

  /**
   * The volume's loop device, which holds a write lock on the image; a new one unless there is one.
   *
   * @throws NotNow when somebody else has attached or locked the image
   * @throws dev.berth.storage.VolumeException.Damaged when the image is missing or shorter than the
   *     volume
   */
  public Attached attach(Volume volume) {
    return attaching.attach(volume);
  }

  /**
   * The volume's loop device, if it is attached. One that somebody else has made of the image
   * beside it is passed over: it forbids to attach, and must not keep anybody from taking down.
   */
  public Optional<LoopDevice> attached(Volume volume) {
    return devices.of(volume);
  }

  /**
   * The loop device of a volume that is gone or damaged, or whose pool is missing, by the name that
   * its device was given.
   */
  public Optional<LoopDevice> attached(VolumeId id) {
    return devices.named(id);
  }

  /** The loop devices that others have made of the volume's image. */
  public List<LoopDevice> strangers(Volume volume) {
    return devices.strangers(volume);
  }

  /** A loop device of this node with an image that has become another node's since. */
  public Optional<LoopDevice> stale(Volume volume) {
    return devices.stale(volume);
  }

  /**
   * Detaches the volume; does nothing when it is not attached. Loop devices that others have made
   * of the image stay.
   *
   * @throws NotNow while the device is in use
   */
  public void detach(Volume volume) {
    attached(volume).ifPresent(device -> detach(volume.id(), device));
  }

  /**
   * Detaches a device that {@link #attached} has found.
   *
   * @throws NotNow while the device is in use
   */
  public void detach(VolumeId id, LoopDevice device) {
    try {
      devices.detach(id, device);
    } catch (SystemCallFailed e) {
      if (e.is("EBUSY")) {
        throw new NotNow(
            "volume %s: %s is still in use (mounted or open); stop what uses it"
                .formatted(id, device.path()),
            e);
      }
      throw e;
    }
  }

  /**
   * Sets the queue of the volume's loop device as {@code wanted} says; answers what was before, and
   * nothing when it is not attached.
   *
   * @throws Invalid when the kernel does not have what is asked for; nothing is changed then
   */
  public QueueSettings tune(Volume volume, QueueSettings wanted) {
    Optional<LoopDevice> device = wanted.isNone() ? Optional.empty() : attached(volume);
    try {
      return device.map(d -> linux.loops().tune(d, wanted)).orElse(QueueSettings.NONE);
    } catch (SystemCallFailed e) {
      if (e.is("EINVAL")) {
        throw new Invalid(
            "volume %s: the kernel refuses %s; use what /sys/block/loop*/queue lists"
                .formatted(volume.id(), wanted),
            e);
      }
      throw e;
    }
  }

  /** Makes the loop device as large as the image has become; nothing when it is not attached. */
  public void refreshCapacity(Volume volume) {
    attached(volume)
        .filter(device -> device.size().isLessThan(volume.size()))
        .ifPresent(linux.loops()::setCapacity);
  }

  /**
   * Grows the mounted filesystem to the size of the volume, and answers that.
   *
   * @throws Invalid for a volume without a filesystem
   * @throws NotNow when the kernel wants a capability that this process does not have
   */
  public Bytes growFilesystem(Volume volume, Path mountPoint) {
    switch (volume.content()) {
      case Content.Filesystem(FsType type) -> grow(type, mountPoint, volume);
      case Content.Block _, Content.Directory _ ->
          throw new Invalid(
              "volume " + volume.id() + " is " + volume.content() + " and no filesystem to grow");
    }
    return volume.size();
  }

  private void grow(FsType type, Path mountPoint, Volume volume) {
    try {
      switch (type) {
        case XFS -> linux.growth().growXfs(mountPoint, volume.size());
        case EXT4 -> linux.growth().growExt4(mountPoint, volume.size());
      }
    } catch (SystemCallFailed e) {
      if (e.is("EPERM")) {
        throw new NotNow(
            "volume %s: growing the mounted %s at %s needs the capability CAP_SYS_RESOURCE; give it to the container, or use xfs"
                .formatted(volume.id(), type.kernelName(), mountPoint),
            e);
      }
      throw e;
    }
  }
}
