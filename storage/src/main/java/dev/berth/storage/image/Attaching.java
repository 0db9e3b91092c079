package dev.berth.storage.image;

import dev.berth.storage.Allocation;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.FileStat;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attaches an image, unless it is attached already, and never beside a stranger's device. */
final class Attaching {
  private static final Logger LOG = LoggerFactory.getLogger(Attaching.class);

  private final Linux linux;
  private final Devices devices;
  private final AtomicBoolean toldAboutDirectIo = new AtomicBoolean();

  Attaching(Linux linux, Devices devices) {
    this.linux = linux;
    this.devices = devices;
  }

  /**
   * An image that nobody has open is attached at once. Otherwise the loop table says who has it:
   * we, a stranger, or just a reader such as a backup.
   */
  Attached attach(Volume volume) {
    FileIdentity image = requireImage(volume);
    devices.stale(volume).ifPresent(device -> letGo(volume, device));
    LoopDevice device;
    try {
      device = linux.loops().attachUnopened(request(volume));
    } catch (SystemCallFailed inUse) {
      LOG.debug("{} is in use, or its filesystem cannot tell", volume.image(), inUse);
      return attachLooking(volume, image);
    }
    return attached(volume, device);
  }

  /** What is written to an image that was taken from this node nobody will ever read. */
  private void letGo(Volume volume, LoopDevice device) {
    LOG.warn(
        "volume {}: {} has an image that was taken from this node since, and is detached",
        volume.id(),
        device.path());
    List<Path> places = linux.mounts().mountPointsOf(device.device());
    if (!places.isEmpty()) {
      throw new NotNow(
          "volume %s was taken from this node, and %s still shows what it was at %s; end its pods here (NodeUnpublishVolume and NodeUnstageVolume) first"
              .formatted(volume.id(), device.path(), places));
    }
    devices.detach(volume.id(), device);
  }

  private Attached attachLooking(Volume volume, FileIdentity image) {
    Optional<LoopDevice> there = ours(volume, linux.loops().findAll(image));
    if (there.isPresent()) {
      linux.loops().keep(there.get());
      return new Attached(asRecorded(volume, devices.seen(volume.id(), there.get())), false);
    }
    LoopDevice device = attachLocked(volume);
    requireNoOther(volume, device, image);
    return attached(volume, device);
  }

  private LoopDevice attachLocked(Volume volume) {
    try {
      return linux.loops().attach(request(volume));
    } catch (SystemCallFailed e) {
      if (e.is("EAGAIN")) {
        throw new NotNow(
            "volume %s: another process has locked %s for writing; detach it there first"
                .formatted(volume.id(), volume.image()),
            e);
      }
      throw e;
    }
  }

  /** Somebody without a lock may have attached it since we looked. */
  private void requireNoOther(Volume volume, LoopDevice own, FileIdentity image) {
    List<LoopDevice> others =
        linux.loops().findAll(image).stream().filter(d -> d.number() != own.number()).toList();
    if (!others.isEmpty()) {
      linux.loops().detach(own);
      throw strangers(volume, others.getFirst());
    }
  }

  private Attached attached(Volume volume, LoopDevice device) {
    if (!device.directIo() && toldAboutDirectIo.compareAndSet(false, true)) {
      LOG.warn(
          "{} of volume {} has no direct I/O, for the pool's filesystem refuses it: its data lies"
              + " in the page cache twice",
          device.path(),
          volume.id());
    }
    return new Attached(asRecorded(volume, devices.seen(volume.id(), device)), true);
  }

  private LoopDevice asRecorded(Volume volume, LoopDevice device) {
    return tuned(volume, keepBlocks(volume, device));
  }

  /**
   * A thick volume keeps its blocks, whatever trims it. Where that cannot be said, it is served all
   * the same: the pool's ledger still holds its whole size.
   */
  private LoopDevice keepBlocks(Volume volume, LoopDevice device) {
    if (volume.allocation() == Allocation.THICK) {
      try {
        linux.loops().forbidDiscard(device);
      } catch (SystemCallFailed e) {
        LOG.warn(
            "volume {}: discard is not off at {}, so a trim may give its blocks back: {}",
            volume.id(),
            device.path(),
            e.getMessage());
      }
    }
    return device;
  }

  /** A setting that this kernel does not know is no reason to keep the data from its user. */
  private LoopDevice tuned(Volume volume, LoopDevice device) {
    if (!volume.tuning().queue().isNone()) {
      try {
        var _ = linux.loops().tune(device, volume.tuning().queue());
      } catch (SystemCallFailed e) {
        LOG.warn(
            "volume {}: its mutable parameters are not in force at {}: {}",
            volume.id(),
            device.path(),
            e.getMessage());
      }
    }
    return device;
  }

  private AttachRequest request(Volume volume) {
    return new AttachRequest(
        volume.image(),
        devices.nameOf(volume.id()),
        volume.content().blockSize(),
        false,
        true,
        true);
  }

  private Optional<LoopDevice> ours(Volume volume, List<LoopDevice> found) {
    for (LoopDevice device : found) {
      if (!device.name().equals(devices.nameOf(volume.id()))) {
        throw strangers(volume, device);
      }
      if (!device.blockSize().equals(volume.content().blockSize()) || device.readOnly()) {
        throw new NotNow(
            "volume %s: %s has a block size of %d%s, and a writable one of %d is needed; unmount and detach it (losetup -d %s)"
                .formatted(
                    volume.id(),
                    device.path(),
                    device.blockSize().value(),
                    device.readOnly() ? " and is read-only" : "",
                    volume.content().blockSize().value(),
                    device.path()));
      }
    }
    return found.stream().findFirst();
  }

  private static NotNow strangers(Volume volume, LoopDevice device) {
    return new NotNow(
        "volume %s: somebody else has attached its image at %s; detach it there first (losetup -d %s)"
            .formatted(volume.id(), device.path(), device.path()));
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
          "%s: has %d bytes, and the volume's size is %d: data is missing; restore the image from a backup"
              .formatted(volume.image(), stat.size().value(), volume.size().value()));
    }
    return stat.identity();
  }
}
