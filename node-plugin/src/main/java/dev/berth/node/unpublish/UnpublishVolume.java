package dev.berth.node.unpublish;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeResponse;
import dev.berth.node.ephemeral.EphemeralVolumes;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.node.kernel.Places;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** NodeUnpublishVolume. */
public final class UnpublishVolume {
  private final Mounts mounts;
  private final KernelView kernel;
  private final EphemeralVolumes ephemeral;
  private final OneAtATime<VolumeKey> work;

  public UnpublishVolume(
      Mounts mounts, KernelView kernel, EphemeralVolumes ephemeral, OneAtATime<VolumeKey> work) {
    this.ephemeral = ephemeral;
    this.mounts = mounts;
    this.kernel = kernel;
    this.work = work;
  }

  /** What is not published there is unpublished, whatever has become of the volume. */
  public NodeUnpublishVolumeResponse answer(NodeUnpublishVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    String path = Fields.required(q.getTargetPath(), "target_path");
    work.run(
        new VolumeKey.Id(id),
        () -> {
          Places.ifAny(path, "target_path").ifPresent(place -> unpublish(id, place));
          ephemeral.remove(id);
        });
    return NodeUnpublishVolumeResponse.getDefaultInstance();
  }

  private void unpublish(String id, Path place) {
    Optional<LoopDevice> device =
        ephemeral.find(id).map(kernel::device).orElseGet(() -> kernel.device(id));
    if (!isMounted(id, place, device)) {
      device.ifPresent(d -> kernel.requireNotHidden(id, place, d));
    }
    while (isMounted(id, place, device)) {
      unmount(id, place);
    }
    remove(place);
  }

  /**
   * A node that is not the volume's is taken away as well: the device of a volume that is gone may
   * have been detached, and its number may serve another by now.
   */
  private boolean isMounted(String id, Path place, Optional<LoopDevice> device) {
    return switch (kernel.at(place, device)) {
      case Occupant.Nothing _ -> false;
      case Occupant.Filesystem _, Occupant.Node _, Occupant.OtherNode _ -> true;
      case Occupant.OtherFilesystem _ when kernel.directory(place, id).isPresent() -> true;
      case Occupant.OtherFilesystem _ when ephemeral.isInMemory(place, id) -> true;
      case Occupant.OtherFilesystem(MountEntry mount) ->
          throw new VolumeException.NotNow(
              "target_path %s holds a mount of %s, not of volume %s; it is left alone"
                  .formatted(place, Occupant.describe(mount), id));
    };
  }

  private void unmount(String id, Path place) {
    try {
      mounts.unmount(place, Set.of());
    } catch (SystemCallFailed e) {
      if (e.is("EBUSY")) {
        throw new VolumeException.NotNow(
            "volume %s at %s is in use: a process has a file open or stands in it; end it, then unpublish again"
                .formatted(id, place),
            e);
      }
      throw e;
    }
  }

  /** Only what the driver makes is removed: an empty directory or an empty file. */
  private static void remove(Path place) {
    try {
      if (Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS) && Files.size(place) > 0) {
        throw notOurs(place, "a file with something in it");
      }
      if (Files.isSymbolicLink(place)) {
        throw notOurs(place, "a symbolic link");
      }
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)
          && !Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)
          && !Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
        throw notOurs(place, "a device, a socket or a pipe");
      }
      Files.deleteIfExists(place);
    } catch (DirectoryNotEmptyException e) {
      throw notOurs(place, "a directory with something in it");
    } catch (IOException e) {
      throw new VolumeException.NotNow("target_path " + place + " cannot be removed: " + e, e);
    }
  }

  private static VolumeException notOurs(Path place, String what) {
    return new VolumeException.NotNow(
        "nothing is mounted at target_path %s, but it is %s; look at it and remove it by hand"
            .formatted(place, what));
  }
}
