package dev.berth.node.stage;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.request.MountOptions;
import dev.berth.csi.server.request.PublishContext;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeResponse;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.node.kernel.Places;
import dev.berth.storage.Claim;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.image.Attached;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** NodeStageVolume. */
public final class StageVolume {
  private static final Logger LOG = LoggerFactory.getLogger(StageVolume.class);

  private final Pools pools;
  private final Images images;
  private final Mounts mounts;
  private final KernelView kernel;
  private final StageDirectory directories;
  private final OneAtATime<VolumeKey> work;

  public StageVolume(
      Pools pools, Images images, Mounts mounts, KernelView kernel, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.images = images;
    this.mounts = mounts;
    this.kernel = kernel;
    this.directories = new StageDirectory(mounts, kernel);
    this.work = work;
  }

  /** Staged already in the same way is staged. It never formats. */
  public NodeStageVolumeResponse answer(NodeStageVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    String path = Fields.required(q.getStagingTargetPath(), "staging_target_path");
    Fields.required(q.hasVolumeCapability(), "volume_capability");
    Capability capability = Capability.parse(q.getVolumeCapability(), "volume_capability");
    PublishContext context = PublishContext.parse(q.getPublishContextMap());
    work.run(new VolumeKey.Id(id), () -> stage(id, path, capability, context));
    return NodeStageVolumeResponse.getDefaultInstance();
  }

  private void requireSupported(Volume volume, Capability capability) {
    capability
        .unsupported(volume, pools.publications().isShared(volume.id()))
        .ifPresent(
            why -> {
              throw new VolumeException.NotNow(why);
            });
  }

  private static Path directory(String path) {
    Path place = Places.of(path, "staging_target_path");
    if (!Places.isDirectory(place)) {
      throw new VolumeException.Invalid(
          "staging_target_path %s is not a directory; the caller makes it before it stages"
              .formatted(path));
    }
    return place;
  }

  private void stage(String id, String path, Capability capability, PublishContext context) {
    Volume volume = Ids.existing(pools, id);
    requireSupported(volume, capability);
    Path place = directory(path);
    pools.requireNotCopied(volume.id());
    boolean readOnly = capability.isReadOnly() || context.readOnly();
    var _ =
        pools
            .publications()
            .staging(
                volume,
                context.epoch(),
                published -> {
                  stage(published, place, capability, readOnly);
                  return published;
                });
  }

  private void stage(Volume volume, Path place, Capability capability, boolean readOnly) {
    acknowledge(volume);
    switch (volume.content()) {
      case Content.Block _ -> attach(volume);
      case Content.Directory _ -> directories.stage(volume, place, capability);
      case Content.Filesystem(FsType type) -> {
        MountOptions options = capability.mountOptions(type).readOnly(readOnly);
        if (!isStaged(volume, place, options)) {
          mount(volume, type, place, options);
        }
        if (!options.isReadOnly()) {
          grow(volume, place);
        }
      }
    }
  }

  /**
   * Whoever stages a volume knows it by its PersistentVolume. That is on disk before the first byte
   * of somebody's data can be, so a volume that was never acknowledged has never held any. One that
   * says nothing of a cluster is never taken for a leftover, so nothing is written for it.
   */
  private void acknowledge(Volume volume) {
    if (!volume.acknowledged() && volume.claim().flatMap(Claim::cluster).isPresent()) {
      var _ = pools.acknowledge(volume.id());
    }
  }

  /** A device that was attached before the image grew is told its size. */
  private Attached attach(Volume volume) {
    Attached attached = images.attach(volume);
    if (attached.device().size().isLessThan(volume.size())) {
      images.refreshCapacity(volume);
    }
    return attached;
  }

  private boolean isStaged(Volume volume, Path place, MountOptions options) {
    return switch (kernel.at(place, () -> kernel.device(volume))) {
      case Occupant.Nothing _ -> false;
      case Occupant.Filesystem _ -> {
        options
            .differenceOfFilesystem(kernel.entry(place))
            .ifPresent(
                how -> {
                  throw new VolumeException.Conflict(
                      "volume %s is staged at %s already, but differently: %s; call NodeUnstageVolume first"
                          .formatted(volume.id(), place, how));
                });
        yield true;
      }
      case Occupant.Node _ -> throw occupied(place, kernel.entry(place));
      case Occupant.OtherNode(MountEntry mount) -> throw occupied(place, mount);
      case Occupant.OtherFilesystem(MountEntry mount) -> throw occupied(place, mount);
    };
  }

  private void requireNotElsewhere(Volume volume, LoopDevice device) {
    List<Path> elsewhere = kernel.mountPoints(device);
    if (!elsewhere.isEmpty()) {
      throw new VolumeException.NotNow(
          "volume %s is mounted at %s already; call NodeUnpublishVolume or NodeUnstageVolume there first"
              .formatted(volume.id(), elsewhere));
    }
  }

  private static VolumeException occupied(Path place, MountEntry mount) {
    return new VolumeException.NotNow(
        "staging_target_path %s holds a mount of %s; unmount it or stage somewhere else"
            .formatted(place, Occupant.describe(mount)));
  }

  private void mount(Volume volume, FsType type, Path place, MountOptions options) {
    Attached attached = attach(volume);
    LoopDevice device = attached.device();
    if (!attached.isNew()) {
      requireNotElsewhere(volume, device);
    }
    try {
      mounts.mount(
          device.path().toString(), place, type.kernelName(), options.flags(), data(type, options));
    } catch (VolumeException e) {
      if (attached.isNew()) {
        detachAfter(e, volume);
      }
      throw e;
    }
  }

  /** Two copies of one XFS have the same UUID, and each must mount beside the other. */
  private static String data(FsType type, MountOptions options) {
    MountOptions complete =
        switch (type) {
          case XFS -> options.with("nouuid");
          case EXT4 -> options;
        };
    return String.join(",", complete.data());
  }

  private void detachAfter(VolumeException failure, Volume volume) {
    try {
      images.detach(volume);
    } catch (VolumeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * A volume that grew while it was not here: its filesystem follows. When that cannot be (a
   * privilege is missing, say), the data is all there, so the volume is staged as it is, and
   * NodeExpandVolume will give the reason to somebody who waits for it.
   */
  private void grow(Volume volume, Path place) {
    try {
      images.growFilesystem(volume, place);
    } catch (VolumeException.NotNow | VolumeException.SystemCallFailed e) {
      LOG.warn(
          "volume {} is staged, but its filesystem did not grow: {}", volume.id(), e.getMessage());
    }
  }
}
