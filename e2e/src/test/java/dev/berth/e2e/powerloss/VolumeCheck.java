package dev.berth.e2e.powerloss;

import dev.berth.e2e.harness.Shell;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Mounts a volume, as NodeStage would, and reads what was forced to disk in it. */
final class VolumeCheck {
  private static final int EVERY = 50;

  /**
   * XFS writes the copies of its superblock after a growth, and not through its log: a power loss
   * in between leaves old ones behind, which a mount never reads and the next growth writes anew.
   * xfs_repair stops at the first of them.
   */
  private static final String OLD_COPY = "primary/secondary superblock";

  private final Linux linux;
  private final Images images;
  private final Path mountPoint;
  private int checks;

  VolumeCheck(Linux linux, Path mountPoint) {
    this.linux = linux;
    this.images = new Images(linux);
    this.mountPoint = mountPoint;
  }

  /** What is wrong with it. The filesystem's own check, a program, is run now and then. */
  Optional<String> check(Volume volume, Map<String, Byte> files) {
    FsType type = ((Content.Filesystem) volume.content()).type();
    try {
      Optional<String> wrong = mounted(volume, type, files);
      return wrong.isPresent() || checks++ % EVERY != 0 ? wrong : fsck(volume, type);
    } catch (VolumeException | IOException e) {
      return Optional.of(volume.id().name() + ": " + e);
    }
  }

  private Optional<String> mounted(Volume volume, FsType type, Map<String, Byte> files)
      throws IOException {
    LoopDevice device = images.attach(volume).device();
    try (Mounted _ = Mounted.mount(linux, device, type.kernelName(), mountPoint)) {
      return contents(volume, files);
    }
  }

  private Optional<String> contents(Volume volume, Map<String, Byte> files) throws IOException {
    for (Map.Entry<String, Byte> file : files.entrySet()) {
      Path path = mountPoint.resolve(file.getKey());
      if (Files.notExists(path) || !User.fillOf(path).equals(Optional.of(file.getValue()))) {
        return Optional.of(
            volume.id().name() + ": " + file.getKey() + " was forced to disk and is not whole");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fsck(Volume volume, FsType type) {
    String image = volume.image().toString();
    Shell.Answer answer =
        switch (type) {
          case XFS -> Shell.ask("xfs_repair", "-n", image);
          case EXT4 -> Shell.ask("e2fsck", "-fn", image);
        };
    return answer.exit() == 0 || (type == FsType.XFS && answer.output().contains(OLD_COPY))
        ? Optional.empty()
        : Optional.of(volume.id().name() + ": " + answer.output());
  }
}
