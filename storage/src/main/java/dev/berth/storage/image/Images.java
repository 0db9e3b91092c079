package dev.berth.storage.image;

import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.VolumeId;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.FileStat;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attaches images to loop devices. What is attached is read from the kernel's loop table, by device
 * and inode of the image, and never from a file of ours; another's loop device is never touched.
 */
public final class Images {
  private static final Logger LOG = LoggerFactory.getLogger(Images.class);

  /** LO_NAME_SIZE of include/uapi/linux/loop.h, without the terminating zero. */
  private static final int LONGEST_NAME = 63;

  private final Linux linux;
  private final AtomicBoolean toldAboutDirectIo = new AtomicBoolean();

  public Images(Linux linux) {
    this.linux = linux;
  }

  /**
   * The volume's loop device, which holds a write lock on the image; a new one unless there is one.
   *
   * @throws NotNow when somebody else has attached or locked the image
   * @throws Damaged when the image is missing or shorter than the volume
   */
  public LoopDevice attach(Volume volume) {
    FileIdentity image = requireImage(volume);
    Optional<LoopDevice> there = ours(volume, linux.loops().findAll(image));
    there.ifPresent(linux.loops()::keep);
    return there.orElseGet(() -> attachNew(volume));
  }

  /**
   * The volume's loop device, if it is attached. One that somebody else has made of the image
   * beside it is passed over: it forbids to attach, and must not keep anybody from taking down.
   */
  public Optional<LoopDevice> attached(Volume volume) {
    String name = loopName(volume.id());
    return devices(volume).stream().filter(d -> d.name().equals(name)).findFirst();
  }

  /**
   * Detaches the volume; does nothing when it is not attached. Loop devices that others have made
   * of the image stay.
   *
   * @throws NotNow while the device is in use
   */
  public void detach(Volume volume) {
    for (LoopDevice device : devices(volume)) {
      if (device.name().equals(loopName(volume.id()))) {
        detach(volume, device);
      }
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
      case Content.Block _ ->
          throw new Invalid("volume " + volume.id() + " holds blocks and no filesystem to grow");
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
            "volume "
                + volume.id()
                + ": growing the mounted "
                + type.kernelName()
                + " at "
                + mountPoint
                + " needs the capability CAP_SYS_RESOURCE; give it to the container, or"
                + " use xfs",
            e);
      }
      throw e;
    }
  }

  private LoopDevice attachNew(Volume volume) {
    AttachRequest request =
        new AttachRequest(
            volume.image(), loopName(volume.id()), volume.content().blockSize(), false, true, true);
    LoopDevice device;
    try {
      device = linux.loops().attach(request);
    } catch (SystemCallFailed e) {
      if (e.is("EAGAIN")) {
        throw new NotNow(
            "volume "
                + volume.id()
                + ": another process has locked "
                + volume.image()
                + " for writing; detach it there first",
            e);
      }
      throw e;
    }
    if (!device.directIo() && toldAboutDirectIo.compareAndSet(false, true)) {
      LOG.warn(
          "{} of volume {} has no direct I/O, for the pool's filesystem refuses it: its data lies in"
              + " the page cache twice",
          device.path(),
          volume.id());
    }
    return device;
  }

  private void detach(Volume volume, LoopDevice device) {
    try {
      linux.loops().detach(device);
    } catch (SystemCallFailed e) {
      if (e.is("EBUSY")) {
        throw new NotNow(
            "volume "
                + volume.id()
                + ": "
                + device.path()
                + " is still in use (mounted or open); stop what uses it",
            e);
      }
      throw e;
    }
  }

  /** Those of its image; when that has been removed, those that carry its name. */
  private List<LoopDevice> devices(Volume volume) {
    try {
      return linux.loops().findAll(linux.files().identity(volume.image()));
    } catch (SystemCallFailed e) {
      if (!e.is("ENOENT")) {
        throw e;
      }
      String name = loopName(volume.id());
      return linux.loops().list().stream().filter(d -> d.name().equals(name)).toList();
    }
  }

  private static Optional<LoopDevice> ours(Volume volume, List<LoopDevice> devices) {
    for (LoopDevice device : devices) {
      if (!device.name().equals(loopName(volume.id()))) {
        throw new NotNow(
            "volume "
                + volume.id()
                + ": somebody else has attached its image at "
                + device.path()
                + "; detach it there first (losetup -d "
                + device.path()
                + ")");
      }
      if (!device.blockSize().equals(volume.content().blockSize()) || device.readOnly()) {
        throw new NotNow(
            "volume "
                + volume.id()
                + ": "
                + device.path()
                + " has a block size of "
                + device.blockSize().value()
                + (device.readOnly() ? " and is read-only" : "")
                + ", and a writable one of "
                + volume.content().blockSize().value()
                + " is needed; unmount and detach it (losetup -d "
                + device.path()
                + ")");
      }
    }
    return devices.stream().findFirst();
  }

  private FileIdentity requireImage(Volume volume) {
    FileStat stat;
    try {
      stat = linux.files().stat(volume.image());
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT")) {
        throw new Damaged(volume.image() + ": the image is missing; restore it from a backup", e);
      }
      throw e;
    }
    if (stat.size().isLessThan(volume.size())) {
      throw new Damaged(
          volume.image()
              + ": has "
              + stat.size().value()
              + " bytes, and the volume's size is "
              + volume.size().value()
              + ": data is missing; restore the image from a backup");
    }
    return stat.identity();
  }

  /**
   * What the loop device of a volume is called. Its id where that is short enough, else the
   * beginning and a hash of the whole: a volume that is gone is known by this name alone, and must
   * not be taken for its neighbour.
   */
  public static String loopName(VolumeId id) {
    String name = id.toString();
    if (name.length() <= LONGEST_NAME) {
      return name;
    }
    String hash = "~" + hash(name);
    return name.substring(0, LONGEST_NAME - hash.length()) + hash;
  }

  private static String hash(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().toHexDigits(sum.getValue(), 8);
  }
}
