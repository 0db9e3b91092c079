package dev.berth.storage.health;

import dev.berth.storage.Content;
import dev.berth.storage.Volume;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.FilesystemCondition;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be wrong with a volume whose record and image are sound. */
final class InUse {
  private final Images images;
  private final Linux linux;

  InUse(Images images, Linux linux) {
    this.images = images;
    this.linux = linux;
  }

  List<Ailment> look(Volume volume) {
    if (volume.content() instanceof Content.Directory
        || !linux.loops().mayBeAttached(volume.image())) {
      return List.of();
    }
    List<Ailment> all = new ArrayList<>();
    Optional<LoopDevice> own = images.attached(volume);
    images.strangers(volume).stream()
        .findFirst()
        .ifPresent(stranger -> all.add(stranger(stranger, own.isPresent())));
    own.ifPresent(device -> mounted(device, all));
    return all;
  }

  private static Ailment stranger(LoopDevice device, boolean attached) {
    return new Ailment(
        attached ? Severity.DEGRADED : Severity.INACCESSIBLE,
        "ForeignLoopDevice",
        "somebody else has attached its image at %s; detach it there (losetup -d %s)"
            .formatted(device.path(), device.path()));
  }

  private void mounted(LoopDevice device, List<Ailment> all) {
    List<MountEntry> mounts = linux.mounts().table().ofDevice(device.device());
    if (mounts.isEmpty()) {
      return;
    }
    MountEntry mount = mounts.getFirst();
    FilesystemCondition now = linux.loops().condition(device, mount);
    if (now.shutDown()) {
      all.add(
          new Ailment(
              Severity.INACCESSIBLE,
              "FilesystemShutDown",
              "its filesystem gave up at %s; stop its pods, so that it is mounted anew"
                  .formatted(mount.mountPoint())));
    } else if (becameReadOnly(mounts)) {
      all.add(
          new Ailment(
              Severity.DEGRADED,
              "FilesystemReadOnly",
              "its filesystem became read-only; dmesg says why, stop its pods and check it"));
    }
    if (now.errors() > 0) {
      all.add(
          new Ailment(
              Severity.DEGRADED,
              "FilesystemErrors",
              "its filesystem has counted %d errors; dmesg says which, stop its pods and check it"
                  .formatted(now.errors())));
    }
    if (now.frozen()) {
      all.add(
          new Ailment(
              Severity.DEGRADED,
              "FilesystemFrozen",
              "its filesystem is frozen, so writers wait; thaw it (fsfreeze -u %s)"
                  .formatted(mount.mountPoint())));
    }
  }

  /** One that was staged for reading is read-only in all its mounts; that is as it should be. */
  private static boolean becameReadOnly(List<MountEntry> mounts) {
    return mounts.stream()
        .anyMatch(
            mount ->
                mount.superOptions().contains("emergency_ro")
                    || (mount.superOptions().contains("ro") && !mount.options().contains("ro")));
  }
}
