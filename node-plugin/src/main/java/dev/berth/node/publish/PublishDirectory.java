package dev.berth.node.publish;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.MountOptions;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;
import java.util.List;

/** The table of NodePublishVolume for directory volumes, whose every path is a bind mount. */
final class PublishDirectory {
  private final Mounts mounts;
  private final KernelView kernel;

  PublishDirectory(Mounts mounts, KernelView kernel) {
    this.mounts = mounts;
    this.kernel = kernel;
  }

  void publish(Volume volume, Path staging, Path place, Capability capability, boolean readOnly) {
    MountOptions options = capability.bindOptions().readOnly(readOnly || capability.isReadOnly());
    requireStaged(volume, staging, options);
    if (!isThere(volume, place, options)) {
      requireAllowedHere(volume, staging, place, capability);
      bind(staging, place, options);
    }
  }

  private void requireStaged(Volume volume, Path staging, MountOptions wanted) {
    MountEntry there =
        kernel
            .directory(staging, volume)
            .orElseThrow(
                () ->
                    new VolumeException.NotNow(
                        "volume %s is not staged at %s; call NodeStageVolume first"
                            .formatted(volume.id(), staging)));
    if (there.isReadOnly() && !wanted.isReadOnly()) {
      throw new VolumeException.NotNow(
          "volume %s is read-only at %s: staged so, or its pool's filesystem is; publish it readonly, or stage it anew"
              .formatted(volume.id(), staging));
    }
  }

  private boolean isThere(Volume volume, Path place, MountOptions options) {
    if (mounts.mountedAt(place).isEmpty()) {
      return false;
    }
    MountEntry there =
        kernel
            .directory(place, volume)
            .orElseThrow(
                () ->
                    new VolumeException.NotNow(
                        "target_path %s holds a mount of %s; unmount it or publish somewhere else"
                            .formatted(place, Occupant.describe(kernel.entry(place)))));
    options
        .differenceOfMount(there)
        .ifPresent(
            how -> {
              throw new VolumeException.Conflict(
                  "volume %s is published at target_path %s already, but differently: %s; call NodeUnpublishVolume first"
                      .formatted(volume.id(), place, how));
            });
    return true;
  }

  private void requireAllowedHere(Volume volume, Path staging, Path place, Capability capability) {
    if (!capability.isPublishedOnce()) {
      return;
    }
    List<Path> others =
        kernel.placesOf(volume).stream()
            .filter(p -> !p.equals(staging) && !p.equals(place))
            .toList();
    if (!others.isEmpty()) {
      throw new VolumeException.NotNow(
          "volume %s is published at %s already, and access mode %s allows one path; call NodeUnpublishVolume there first, or use SINGLE_NODE_MULTI_WRITER"
              .formatted(volume.id(), others, capability.mode()));
    }
  }

  private void bind(Path staging, Path place, MountOptions options) {
    MountPoint point = MountPoint.directory(place);
    try {
      mounts.bind(staging, place, options.ofOneMount());
    } catch (VolumeException e) {
      point.undo(e);
      throw e;
    }
  }
}
