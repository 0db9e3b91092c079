package dev.berth.node;

import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode;
import dev.berth.csi.v1.VolumeCapability.BlockVolume;
import dev.berth.csi.v1.VolumeCapability.MountVolume;
import java.nio.file.Path;
import java.util.List;

/** Requests that a test changes in one place. */
final class Requests {
  /** One writer, or several on one node: the mode of ReadWriteOnce. */
  static final VolumeCapability MOUNT = mount("", AccessMode.Mode.SINGLE_NODE_MULTI_WRITER);

  static final VolumeCapability BLOCK =
      VolumeCapability.newBuilder()
          .setBlock(BlockVolume.getDefaultInstance())
          .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER))
          .build();

  private Requests() {}

  static VolumeCapability mount(String fsType, AccessMode.Mode mode, String... flags) {
    return VolumeCapability.newBuilder()
        .setMount(MountVolume.newBuilder().setFsType(fsType).addAllMountFlags(List.of(flags)))
        .setAccessMode(AccessMode.newBuilder().setMode(mode))
        .build();
  }

  static NodeStageVolumeRequest.Builder stage(String id, Path staging) {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .setVolumeCapability(MOUNT);
  }

  static NodePublishVolumeRequest.Builder publish(String id, Path staging, Path target) {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .setTargetPath(target.toString())
        .setVolumeCapability(MOUNT);
  }

  static NodeUnpublishVolumeRequest unpublish(String id, Path target) {
    return NodeUnpublishVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setTargetPath(target.toString())
        .build();
  }

  static NodeUnstageVolumeRequest unstage(String id, Path staging) {
    return NodeUnstageVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .build();
  }
}
