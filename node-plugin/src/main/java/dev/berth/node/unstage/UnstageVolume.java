package dev.berth.node.unstage;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeResponse;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.node.kernel.Places;
import dev.berth.storage.Pools;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.VolumeId;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** NodeUnstageVolume. */
public final class UnstageVolume {
  private final Pools pools;
  private final Images images;
  private final Linux linux;
  private final KernelView kernel;
  private final OneAtATime<VolumeKey> work;

  public UnstageVolume(
      Pools pools, Images images, Linux linux, KernelView kernel, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.images = images;
    this.linux = linux;
    this.kernel = kernel;
    this.work = work;
  }

  /** What is not staged there is unstaged, whatever has become of the volume. */
  public NodeUnstageVolumeResponse answer(NodeUnstageVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    String path = Fields.required(q.getStagingTargetPath(), "staging_target_path");
    work.run(
        new VolumeKey.Id(id),
        () -> {
          unstage(id, Places.ifAny(path, "staging_target_path"));
          VolumeId.parse(id).ifPresent(this::tellOthers);
        });
    return NodeUnstageVolumeResponse.getDefaultInstance();
  }

  private void tellOthers(VolumeId id) {
    pools.publications().unstaged(id, () -> kernel.device(id.toString()).isEmpty());
  }

  private void unstage(String id, Optional<Path> place) {
    Optional<LoopDevice> device = kernel.device(id);
    place.ifPresent(p -> unmount(id, p, device));
    device.ifPresent(d -> detachUnlessInUse(id, place, d));
  }

  /** Mounted elsewhere: then it was not staged at this path, and its device is in use. */
  private void detachUnlessInUse(String id, Optional<Path> place, LoopDevice device) {
    if (kernel.mountPoints(device).isEmpty()) {
      requireNoNodes(id, device);
      images.detach(VolumeId.parse(id).orElseThrow(), device);
    } else {
      place.ifPresent(p -> kernel.requireNotHidden(id, p, device));
    }
  }

  private void unmount(String id, Path place, Optional<LoopDevice> device) {
    Optional<MountEntry> directory = kernel.directory(place, id);
    while (directory.isPresent()) {
      requireNowhereElse(id, kernel.alsoAt(directory.get()));
      unmount(id, place);
      directory = kernel.directory(place, id);
    }
    while (isMounted(id, place, device)) {
      requireNotPublished(id, place, device.orElseThrow());
      unmount(id, place);
    }
  }

  private void unmount(String id, Path place) {
    try {
      linux.mounts().unmount(place, Set.of());
    } catch (SystemCallFailed e) {
      throw busy(
          e,
          "volume "
              + id
              + " at "
              + place
              + " is in use: a process has a file open or stands in it; end it, then unstage again");
    }
  }

  private boolean isMounted(String id, Path place, Optional<LoopDevice> device) {
    return switch (kernel.at(place, device)) {
      case Occupant.Nothing _ -> false;
      case Occupant.Filesystem _ -> true;
      case Occupant.Node _ -> throw stranger(id, place, kernel.entry(place));
      case Occupant.OtherNode(MountEntry mount) -> throw stranger(id, place, mount);
      case Occupant.OtherFilesystem(MountEntry mount) -> throw stranger(id, place, mount);
    };
  }

  private void requireNotPublished(String id, Path place, LoopDevice device) {
    List<Path> others = new ArrayList<>(kernel.mountPoints(device));
    others.remove(place);
    requireNowhereElse(id, others);
  }

  /** A bound node does not keep its device: detached now, another volume would appear there. */
  private void requireNoNodes(String id, LoopDevice device) {
    requireNowhereElse(id, kernel.boundNodes(device));
  }

  private static void requireNowhereElse(String id, List<Path> places) {
    if (!places.isEmpty()) {
      throw stillPublished(id, places);
    }
  }

  private static VolumeException busy(SystemCallFailed e, String inUse) {
    return e.is("EBUSY") ? new VolumeException.NotNow(inUse, e) : e;
  }

  private static VolumeException stillPublished(String id, List<Path> places) {
    return new VolumeException.NotNow(
        "volume %s is still mounted at %s; call NodeUnpublishVolume there first"
            .formatted(id, places));
  }

  private static VolumeException stranger(String id, Path place, MountEntry mount) {
    return new VolumeException.NotNow(
        "staging_target_path %s holds a mount of %s, not of volume %s; it is left alone"
            .formatted(place, Occupant.describe(mount), id));
  }
}
