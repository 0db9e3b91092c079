package dev.berth.storage;

import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices;
import java.util.List;

/** Refuses to take away what somebody uses. */
final class InUse {
  private final LoopDevices loops;
  private final Disk disk;
  private final Folders folders;

  InUse(LoopDevices loops, Disk disk, Folders folders) {
    this.loops = loops;
    this.disk = disk;
    this.folders = folders;
  }

  /** {@link NotNow} while the volume is attached or mounted. */
  void refuse(Volume volume) {
    switch (volume.content()) {
      case Content.Filesystem _, Content.Block _ -> requireDetached(volume);
      case Content.Directory _ -> folders.requireUnused("volume " + volume.id(), volume.image());
    }
  }

  private void requireDetached(Volume volume) {
    if (!loops.mayBeAttached(volume.image())) {
      return;
    }
    List<LoopDevice> devices = loops.findAll(disk.files().identity(volume.image()));
    if (!devices.isEmpty()) {
      throw new NotNow(
          "volume "
              + volume.id()
              + " is attached at "
              + devices.getFirst().path()
              + " and cannot be deleted; unstage it, or detach the device (losetup -d "
              + devices.getFirst().path()
              + ")");
    }
  }
}
