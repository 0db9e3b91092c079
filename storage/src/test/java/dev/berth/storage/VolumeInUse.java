package dev.berth.storage;

import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** A volume that is attached, and mounted if it holds a filesystem, until this is closed. */
final class VolumeInUse implements AutoCloseable {
  private final Linux linux;
  private final Images images;
  private final Volume volume;
  private final LoopDevice device;
  private final Path path;

  VolumeInUse(Linux linux, Images images, Volume volume, Path directory) throws IOException {
    this.linux = linux;
    this.images = images;
    this.volume = volume;
    this.path = Files.createDirectories(directory.resolve("mnt-" + volume.id().name()));
    this.device = images.attach(volume).device();
    if (volume.content() instanceof Content.Filesystem(FsType type)) {
      try {
        String data = type == FsType.XFS ? "nouuid" : "";
        linux.mounts().mount(device.path().toString(), path, type.kernelName(), Set.of(), data);
      } catch (RuntimeException e) {
        images.detach(volume);
        throw e;
      }
    }
  }

  LoopDevice device() {
    return device;
  }

  Path path() {
    return path;
  }

  /** Where records are written. */
  Path records() throws IOException {
    if (volume.content() instanceof Content.Block) {
      return device.path();
    }
    Path file = path.resolve("records");
    return Files.exists(file) ? file : Files.createFile(file);
  }

  @Override
  public void close() {
    if (volume.content() instanceof Content.Filesystem) {
      linux.mounts().unmount(path, Set.of());
    }
    images.detach(volume);
  }
}
