package dev.berth.node.publish;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.request.MountOptions;
import dev.berth.csi.server.request.PublishContext;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodePublishVolumeResponse;
import dev.berth.node.ephemeral.EphemeralVolumes;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Places;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.Mounts;
import java.nio.file.Path;

/** NodePublishVolume. */
public final class PublishVolume {
  private final Pools pools;
  private final KernelView kernel;
  private final Publications publications;
  private final PublishDirectory directories;
  private final EphemeralVolumes ephemeral;
  private final OneAtATime<VolumeKey> work;

  public PublishVolume(
      Pools pools,
      Mounts mounts,
      KernelView kernel,
      EphemeralVolumes ephemeral,
      OneAtATime<VolumeKey> work) {
    this.ephemeral = ephemeral;
    this.pools = pools;
    this.kernel = kernel;
    this.publications = new Publications(kernel, mounts);
    this.directories = new PublishDirectory(mounts, kernel);
    this.work = work;
  }

  /** Published there already in the same way is published. */
  public NodePublishVolumeResponse answer(NodePublishVolumeRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    String target = Fields.required(q.getTargetPath(), "target_path");
    Fields.required(q.hasVolumeCapability(), "volume_capability");
    Capability capability = Capability.parse(q.getVolumeCapability(), "volume_capability");
    if (EphemeralVolumes.isAsked(q.getVolumeContextMap())) {
      work.run(new VolumeKey.Id(id), () -> inline(q, target, capability));
      return NodePublishVolumeResponse.getDefaultInstance();
    }
    if (q.getStagingTargetPath().isEmpty()) {
      throw new VolumeException.NotNow(
          "staging_target_path is empty, but STAGE_UNSTAGE_VOLUME is announced; give the path of"
              + " NodeStageVolume");
    }
    // A block volume is never published readonly to a node, so that is for filesystems alone.
    boolean readOnly = q.getReadonly() || PublishContext.parse(q.getPublishContextMap()).readOnly();
    work.run(
        new VolumeKey.Id(id),
        () -> publish(id, q.getStagingTargetPath(), target, capability, readOnly));
    return NodePublishVolumeResponse.getDefaultInstance();
  }

  private void inline(NodePublishVolumeRequest q, String target, Capability capability) {
    Path place = Places.of(target, "target_path");
    MountPoint point = MountPoint.directory(place);
    try {
      ephemeral.publish(
          q.getVolumeId(), place, capability, q.getReadonly(), q.getVolumeContextMap());
    } catch (VolumeException e) {
      point.undo(e);
      throw e;
    }
  }

  private void requireSupported(Volume volume, Capability capability) {
    capability
        .unsupported(volume, pools.publications().isShared(volume.id()))
        .ifPresent(
            why -> {
              throw new VolumeException.NotNow(why);
            });
  }

  private void publish(
      String id, String stagingPath, String target, Capability capability, boolean readOnly) {
    Volume volume = Ids.existing(pools, id);
    Path staging = Places.of(stagingPath, "staging_target_path");
    Path place = Places.of(target, "target_path");
    requireSupported(volume, capability);
    switch (volume.content()) {
      case Content.Block _ -> {
        LoopDevice device = device(volume, staging);
        requireWritable(volume, readOnly);
        publications.publish(
            new Publication(volume, device, device.path(), place, MountOptions.NONE, capability));
      }
      case Content.Filesystem(FsType type) -> {
        LoopDevice device = device(volume, staging);
        MountOptions options =
            capability.mountOptions(type).readOnly(readOnly || capability.isReadOnly());
        publications.requireStaged(volume, device, staging, options);
        publications.publish(new Publication(volume, device, staging, place, options, capability));
      }
      case Content.Directory _ -> directories.publish(volume, staging, place, capability, readOnly);
    }
  }

  private LoopDevice device(Volume volume, Path staging) {
    return kernel.device(volume).orElseThrow(() -> publications.notStaged(volume, staging));
  }

  /**
   * A read-only mount does not protect a device behind a node on it, and a loop device is read-only
   * for everybody or for nobody: what cannot be kept is not promised.
   */
  private static void requireWritable(Volume volume, boolean readOnly) {
    if (readOnly) {
      throw new VolumeException.NotNow(
          "readonly is set, but volume %s is a block volume, whose device cannot be made read-only for one path; publish it writable or use a filesystem"
              .formatted(volume.id()));
    }
  }
}
