package dev.berth.storage;

import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices;
import java.util.List;

/** Refuses to take away what somebody uses. */
final class InUse {
  private final LoopDevices loops;
  private final Disk disk;
  private final Folders folders;
  private final boolean shared;

  /**
   * @param shared whether other nodes may use what lies in the pool
   */
  InUse(LoopDevices loops, Disk disk, Folders folders, boolean shared) {
    this.loops = loops;
    this.disk = disk;
    this.folders = folders;
    this.shared = shared;
  }

  /** {@link NotNow} while the volume is published, attached or mounted. */
  void refuse(VolumeFile file) {
    requireUnpublished(file);
    Volume volume = file.volume();
    switch (volume.content()) {
      case Content.Filesystem _, Content.Block _ -> {
        requireDetached(volume);
        if (shared) {
          requireUnlocked(volume);
        }
      }
      case Content.Directory _ -> folders.requireUnused("volume " + volume.id(), volume.image());
    }
  }

  private static void requireUnpublished(VolumeFile file) {
    var nodes = file.publishing().publications().keySet();
    if (!nodes.isEmpty()) {
      throw new NotNow(
          "volume %s is published to %s and cannot be deleted; call ControllerUnpublishVolume first"
              .formatted(file.volume().id(), String.join(", ", nodes)));
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

  /** Whoever has attached it has locked it, on another node as well. */
  private void requireUnlocked(Volume volume) {
    FileLock lock =
        disk.files()
            .tryLock(volume.image())
            .orElseThrow(
                () ->
                    new NotNow(
                        "volume %s is still attached at another node and cannot be deleted; unstage it there"
                            .formatted(volume.id())));
    lock.close();
  }
}
