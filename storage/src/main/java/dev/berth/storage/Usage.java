package dev.berth.storage;

import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a volume is used just now, by what the kernel says. */
final class Usage {
  /** A filesystem that is mounted, and one of its mount points that can be seen. */
  record Mounted(LoopDevice device, Path place) {}

  private final Linux linux;
  private final FileCalls files;

  Usage(Linux linux) {
    this.linux = linux;
    this.files = linux.files();
  }

  /** Its loop devices, those of strangers too. */
  List<LoopDevice> devices(Volume volume) {
    return linux.loops().mayBeAttached(volume.image())
        ? linux.loops().findAll(files.identity(volume.image()))
        : List.of();
  }

  /** Where its filesystem is mounted, if it is. */
  Optional<Mounted> mounted(Volume volume) {
    return devices(volume).stream().flatMap(device -> mounted(device).stream()).findFirst();
  }

  /** What the page cache has of it goes to the image, and with it every fsync ever answered. */
  void writeOut(Volume volume) {
    devices(volume).forEach(this::writeOut);
  }

  Optional<Mounted> mounted(LoopDevice device) {
    return linux.mounts().mountPointsOf(device.device()).stream()
        .filter(place -> isVisible(place, device))
        .findFirst()
        .map(place -> new Mounted(device, place));
  }

  private void writeOut(LoopDevice device) {
    mounted(device).map(Mounted::place).ifPresent(files::syncFilesystem);
    files.syncFile(device.path());
  }

  /** Something else may be mounted over it. */
  private boolean isVisible(Path place, LoopDevice device) {
    try {
      return files.identity(place).device().equals(device.device());
    } catch (SystemCallFailed e) {
      return false;
    }
  }
}
