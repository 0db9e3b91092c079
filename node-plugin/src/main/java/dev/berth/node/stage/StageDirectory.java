package dev.berth.node.stage;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.MountOptions;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;

/** Shows a directory volume at its staging path: a bind mount, and no filesystem of its own. */
final class StageDirectory {
  private final Mounts mounts;
  private final KernelView kernel;

  StageDirectory(Mounts mounts, KernelView kernel) {
    this.mounts = mounts;
    this.kernel = kernel;
  }

  void stage(Volume volume, Path place, Capability capability) {
    MountOptions options = capability.bindOptions().readOnly(capability.isReadOnly());
    if (!isStaged(volume, place, options)) {
      mounts.bind(volume.image(), place, options.ofOneMount());
    }
  }

  private boolean isStaged(Volume volume, Path place, MountOptions options) {
    if (mounts.mountedAt(place).isEmpty()) {
      return false;
    }
    MountEntry there =
        kernel
            .directory(place, volume)
            .orElseThrow(
                () ->
                    new VolumeException.NotNow(
                        "staging_target_path %s holds a mount of %s; unmount it or stage somewhere else"
                            .formatted(place, Occupant.describe(kernel.entry(place)))));
    options
        .differenceOfMount(there)
        .ifPresent(
            how -> {
              throw new VolumeException.Conflict(
                  "volume %s is staged at %s already, but differently: %s; call NodeUnstageVolume first"
                      .formatted(volume.id(), place, how));
            });
    return true;
  }
}
