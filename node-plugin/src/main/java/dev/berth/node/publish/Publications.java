package dev.berth.node.publish;

import dev.berth.csi.server.request.MountOptions;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The table of NodePublishVolume ("second publish"): the same path in the same way is success, the
 * same path in another way a conflict, and another path allowed only where the access mode is. What
 * was published how is seen in the mount table.
 */
final class Publications {
  private final KernelView kernel;
  private final Mounts mounts;

  Publications(KernelView kernel, Mounts mounts) {
    this.kernel = kernel;
    this.mounts = mounts;
  }

  void publish(Publication wanted) {
    if (!isThere(wanted)) {
      requireAllowedHere(wanted);
      bind(wanted);
    }
  }

  VolumeException notStaged(Volume volume, Path staging) {
    return new VolumeException.NotNow(
        "volume %s is not staged at %s; call NodeStageVolume first"
            .formatted(volume.id(), staging));
  }

  /** A filesystem that is staged read-only cannot be published for writing. */
  void requireStaged(Volume volume, LoopDevice device, Path staging, MountOptions wanted) {
    Occupant there = kernel.at(staging, Optional.of(device));
    if (!(there instanceof Occupant.Filesystem(boolean readOnly))) {
      throw notStaged(volume, staging);
    }
    if (readOnly && !wanted.isReadOnly()) {
      throw new VolumeException.NotNow(
          "volume %s is read-only at %s: staged so, or made so by the kernel after an error (see its log); publish it readonly, or stage it anew"
              .formatted(volume.id(), staging));
    }
  }

  private boolean isThere(Publication wanted) {
    return switch (kernel.at(wanted.place(), Optional.of(wanted.device()))) {
      case Occupant.Nothing _ -> false;
      case Occupant.Node _ -> true;
      case Occupant.Filesystem _ -> {
        wanted
            .options()
            .differenceOfMount(kernel.entry(wanted.place()))
            .ifPresent(
                how -> {
                  throw new VolumeException.Conflict(
                      "volume %s is published at target_path %s already, but differently: %s; call NodeUnpublishVolume first"
                          .formatted(wanted.volume().id(), wanted.place(), how));
                });
        yield true;
      }
      case Occupant.OtherNode(MountEntry mount) -> throw occupied(wanted, mount);
      case Occupant.OtherFilesystem(MountEntry mount) -> throw occupied(wanted, mount);
    };
  }

  private static VolumeException occupied(Publication wanted, MountEntry mount) {
    return new VolumeException.NotNow(
        "target_path %s holds a mount of %s; unmount it or publish somewhere else"
            .formatted(wanted.place(), Occupant.describe(mount)));
  }

  private void requireAllowedHere(Publication wanted) {
    if (!wanted.capability().isPublishedOnce()) {
      return;
    }
    List<Path> others =
        Stream.concat(
                kernel.mountPoints(wanted.device()).stream(),
                kernel.boundNodes(wanted.device()).stream())
            .filter(p -> !p.equals(wanted.source()) && !p.equals(wanted.place()))
            .toList();
    if (!others.isEmpty()) {
      throw new VolumeException.NotNow(
          "volume %s is published at %s already, and access mode %s allows one path; call NodeUnpublishVolume there first, or use SINGLE_NODE_MULTI_WRITER"
              .formatted(wanted.volume().id(), others, wanted.capability().mode()));
    }
  }

  private void bind(Publication wanted) {
    MountPoint point =
        wanted.capability().isBlock()
            ? MountPoint.file(wanted.place())
            : MountPoint.directory(wanted.place());
    try {
      mounts.bind(wanted.source(), wanted.place(), wanted.options().ofOneMount());
    } catch (VolumeException e) {
      point.undo(e);
      throw e;
    }
  }
}
