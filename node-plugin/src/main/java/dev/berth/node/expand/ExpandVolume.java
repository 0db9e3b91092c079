package dev.berth.node.expand;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.request.Ranges;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeExpandVolumeResponse;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.node.kernel.Places;
import dev.berth.storage.Content;
import dev.berth.storage.Pools;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import java.nio.file.Path;
import java.util.Optional;

/** NodeExpandVolume. */
public final class ExpandVolume {
  private final Pools pools;
  private final Images images;
  private final KernelView kernel;
  private final OneAtATime<VolumeKey> work;

  public ExpandVolume(Pools pools, Images images, KernelView kernel, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.images = images;
    this.kernel = kernel;
    this.work = work;
  }

  /** To the size that the image has: what ControllerExpandVolume decided. */
  public NodeExpandVolumeResponse answer(NodeExpandVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    String path = Fields.required(q.getVolumePath(), "volume_path");
    Optional<Capability> capability =
        q.hasVolumeCapability()
            ? Optional.of(Capability.parse(q.getVolumeCapability(), "volume_capability"))
            : Optional.empty();
    Optional<SizeRange> range =
        q.hasCapacityRange() ? Optional.of(Ranges.parse(q.getCapacityRange())) : Optional.empty();
    Volume grown =
        work.run(
            new VolumeKey.Id(id),
            () -> {
              Volume volume = Ids.existing(pools, id);
              capability
                  .flatMap(c -> c.unsupported(volume, pools.publications().isShared(volume.id())))
                  .ifPresent(
                      why -> {
                        throw new VolumeException.Invalid(why);
                      });
              return expand(volume, path, range);
            });
    return NodeExpandVolumeResponse.newBuilder().setCapacityBytes(grown.size().value()).build();
  }

  private Volume expand(Volume volume, String path, Optional<SizeRange> range) {
    Path place = Places.anywhere(path, "volume_path").orElseThrow(() -> notThere(volume, path));
    switch (volume.content()) {
      case Content.Block _ -> {
        LoopDevice _ = device(volume, path);
        range.ifPresent(r -> requireWithin(volume, r));
        images.refreshCapacity(volume);
      }
      case Content.Directory _ -> {
        // Its limit was raised when ControllerExpandVolume decided.
        var _ = kernel.directory(place, volume).orElseThrow(() -> notThere(volume, path));
        range.ifPresent(r -> requireWithin(volume, r));
      }
      case Content.Filesystem _ -> {
        LoopDevice device = device(volume, path);
        range.ifPresent(r -> requireWithin(volume, r));
        Path mountPoint = writable(volume, device, place, path);
        images.refreshCapacity(volume);
        images.growFilesystem(volume, mountPoint);
      }
    }
    return volume;
  }

  private LoopDevice device(Volume volume, String path) {
    return kernel.device(volume).orElseThrow(() -> notThere(volume, path));
  }

  private static void requireWithin(Volume volume, SizeRange range) {
    if (range.required().isMoreThan(volume.size())) {
      throw new VolumeException.OutOfRange(
          "capacity_range.required_bytes is %d, but volume %s has %d; call ControllerExpandVolume first"
              .formatted(range.required().value(), volume.id(), volume.size().value()));
    }
    if (range.limit().filter(volume.size()::isMoreThan).isPresent()) {
      throw new VolumeException.OutOfRange(
          "capacity_range.limit_bytes is %d, but volume %s has %d already, and volumes do not shrink"
              .formatted(range.limit().orElseThrow().value(), volume.id(), volume.size().value()));
    }
  }

  /**
   * Where the filesystem can be told to grow: at the path given, or wherever else it is mounted for
   * writing, because a pod that may only read does not decide about the volume.
   */
  private Path writable(Volume volume, LoopDevice device, Path place, String path) {
    if (!(kernel.at(place, Optional.of(device)) instanceof Occupant.Filesystem(boolean readOnly))) {
      throw notThere(volume, path);
    }
    if (!readOnly) {
      return place;
    }
    return kernel.mounts(device).stream()
        .filter(mount -> !mount.isReadOnly())
        .findFirst()
        .map(MountEntry::mountPoint)
        .orElseThrow(
            () ->
                new VolumeException.NotNow(
                    "volume %s is mounted read-only everywhere, and a filesystem grows only where it can be written to; publish it for writing first"
                        .formatted(volume.id())));
  }

  private static VolumeException notThere(Volume volume, String path) {
    return new VolumeException.NotFound(
        "volume %s is neither staged nor published at volume_path %s".formatted(volume.id(), path));
  }
}
