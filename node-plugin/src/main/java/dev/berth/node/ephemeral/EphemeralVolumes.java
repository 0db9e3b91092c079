package dev.berth.node.ephemeral;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.MountOptions;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.CreateRequest;
import dev.berth.storage.FsType;
import dev.berth.storage.Pools;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeId;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes inline volumes and takes them away. What one is, its volume.json says: it was made with a
 * parameter that no StorageClass can have, and its name is the id that the kubelet made up.
 */
public final class EphemeralVolumes {
  private static final Logger LOG = LoggerFactory.getLogger(EphemeralVolumes.class);
  private static final String TMPFS = "tmpfs";
  private static final Map<String, String> MARK = Map.of(Attributes.EPHEMERAL, "true");

  private final EphemeralSettings settings;
  private final Pools pools;
  private final Images images;
  private final Mounts mounts;
  private final KernelView kernel;

  public EphemeralVolumes(
      EphemeralSettings settings, Pools pools, Images images, Mounts mounts, KernelView kernel) {
    this.settings = settings;
    this.pools = pools;
    this.images = images;
    this.mounts = mounts;
    this.kernel = kernel;
  }

  /** Whether a request is about an inline volume. */
  public static boolean isAsked(Map<String, String> volumeContext) {
    return Attributes.isEphemeral(volumeContext);
  }

  /** The inline volume of that id; ids of other volumes are told apart by their form. */
  public Optional<Volume> find(String id) {
    return VolumeId.parse(id).isPresent()
        ? Optional.empty()
        : pools.named(id).filter(EphemeralVolumes::isEphemeral);
  }

  /** Whether what is mounted at {@code place} is the inline volume of that id in memory. */
  public boolean isInMemory(Path place, String id) {
    return mounts
        .table()
        .at(place)
        .filter(e -> e.fsType().equals(TMPFS) && e.source().equals(source(id)))
        .isPresent();
  }

  /**
   * Makes the volume and mounts it at {@code place}, whose directory {@code directory} makes.
   *
   * @throws Invalid when the driver allows none, or the attributes ask for what there is not
   */
  public void publish(
      String id, Path place, Capability capability, boolean readOnly, Map<String, String> context) {
    Bytes largest =
        settings
            .largest()
            .orElseThrow(
                () ->
                    new Invalid(
                        "inline ephemeral volumes are not allowed by this driver's configuration; start it with --ephemeral SIZE, or use a claim"));
    if (VolumeId.parse(id).isPresent()) {
      throw new Invalid(
          "volume_id %s is one of a volume that CreateVolume makes; an inline volume needs another"
              .formatted(id));
    }
    if (capability.isBlock()) {
      throw new Invalid("an inline volume is never a block device; use a claim");
    }
    Attributes asked = Attributes.parse(context, capability, largest);
    boolean ro = readOnly || capability.isReadOnly();
    switch (asked.medium()) {
      case Attributes.Medium.Memory _ ->
          memory(id, place, asked.size(), capability.bindOptions().readOnly(ro));
      case Attributes.Medium.Disk(FsType type) -> {
        MountOptions options = capability.mountOptions(type).readOnly(ro);
        disk(id, place, asked, type, options);
      }
    }
  }

  private void memory(String id, Path place, Bytes size, MountOptions options) {
    if (isInMemory(place, id)) {
      requireSame(id, place, options);
      return;
    }
    requireFree(place);
    mounts.mount(source(id), place, TMPFS, options.flags(), "size=" + size.value() + ",mode=0755");
  }

  private void disk(String id, Path place, Attributes asked, FsType type, MountOptions options) {
    Volume volume = pools.create(request(id, asked));
    try {
      mount(volume, place, type, options);
    } catch (Conflict e) {
      throw e;
    } catch (VolumeException e) {
      removeAfter(e, volume);
      throw e;
    }
  }

  private void mount(Volume volume, Path place, FsType type, MountOptions options) {
    if (kernel.at(place, () -> kernel.device(volume)) instanceof Occupant.Filesystem) {
      requireSame(volume.name(), place, options);
      return;
    }
    requireFree(place);
    LoopDevice device = images.attach(volume).device();
    if (!kernel.mountPoints(device).isEmpty()) {
      throw new Conflict(
          "inline volume %s is published at %s already; its pod has one path"
              .formatted(volume.name(), kernel.mountPoints(device)));
    }
    MountOptions complete =
        switch (type) {
          case XFS -> options.with("nouuid");
          case EXT4 -> options;
        };
    mounts.mount(
        device.path().toString(),
        place,
        type.kernelName(),
        complete.flags(),
        String.join(",", complete.data()));
  }

  private void requireFree(Path place) {
    if (mounts.mountedAt(place).isPresent()) {
      throw new NotNow(
          "target_path %s holds a mount of %s; unmount it or publish somewhere else"
              .formatted(place, Occupant.describe(kernel.entry(place))));
    }
  }

  private void requireSame(String id, Path place, MountOptions options) {
    MountEntry there = kernel.entry(place);
    options
        .differenceOfMount(there)
        .ifPresent(
            how -> {
              throw new Conflict(
                  "inline volume %s is published at target_path %s already, but differently: %s"
                      .formatted(id, place, how));
            });
  }

  /** Takes an inline volume away that is published nowhere any more; nothing when it is gone. */
  public void remove(String id) {
    find(id).ifPresent(this::remove);
  }

  private void remove(Volume volume) {
    Optional<LoopDevice> device = kernel.device(volume);
    if (device.isPresent() && !kernel.mountPoints(device.get()).isEmpty()) {
      return; // Another path of the same pod; its own unpublish comes.
    }
    images.detach(volume);
    pools.delete(volume.id());
  }

  private void removeAfter(VolumeException failure, Volume volume) {
    try {
      remove(volume);
    } catch (VolumeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Takes away what no pod has: a node that ended in the middle has left it. */
  public void sweep(OneAtATime<VolumeKey> work) {
    for (Volume volume : ephemeral()) {
      try {
        work.run(new VolumeKey.Id(volume.name()), () -> sweep(volume));
      } catch (VolumeException e) {
        LOG.warn(
            "inline volume {} has no pod any more and is still here: {}",
            volume.name(),
            e.getMessage());
      }
    }
  }

  private void sweep(Volume volume) {
    boolean published =
        find(volume.name())
            .flatMap(kernel::device)
            .filter(device -> !kernel.mountPoints(device).isEmpty())
            .isPresent();
    if (!published) {
      remove(volume.name());
      LOG.info("removed inline volume {}, which no pod has any more", volume.name());
    }
  }

  private List<Volume> ephemeral() {
    return pools.list().stream().filter(EphemeralVolumes::isEphemeral).toList();
  }

  private static boolean isEphemeral(Volume volume) {
    return volume.parameters().equals(MARK);
  }

  /** It is of no claim, so nobody takes it for an orphan; and nobody wants it back. */
  private static CreateRequest request(String id, Attributes asked) {
    Content content = asked.content().orElseThrow();
    return new CreateRequest(
        id,
        SizeRange.of(asked.size()),
        content,
        Allocation.THIN,
        Optional.empty(),
        Duration.ZERO,
        MARK,
        Optional.empty());
  }

  private static String source(String id) {
    return "berth:" + id;
  }
}
