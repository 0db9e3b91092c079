package dev.berth.e2e.badinput;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import java.nio.file.Path;

/** Good requests, to be spoilt in one place each. */
final class Requests {
  static final long MIB = 1L << 20;

  private Requests() {}

  static VolumeCapability filesystem(String fsType, Mode mode, String... mountFlags) {
    var mount = VolumeCapability.MountVolume.newBuilder().setFsType(fsType);
    for (String flag : mountFlags) {
      mount.addMountFlags(flag);
    }
    return VolumeCapability.newBuilder().setMount(mount).setAccessMode(mode(mode)).build();
  }

  static VolumeCapability filesystem(String fsType) {
    return filesystem(fsType, Mode.SINGLE_NODE_WRITER);
  }

  static VolumeCapability block() {
    return VolumeCapability.newBuilder()
        .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
        .setAccessMode(mode(Mode.SINGLE_NODE_WRITER))
        .build();
  }

  static VolumeCapability.AccessMode mode(Mode mode) {
    return VolumeCapability.AccessMode.newBuilder().setMode(mode).build();
  }

  static CreateVolumeRequest.Builder create(String name) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(32 * MIB))
        .addVolumeCapabilities(filesystem("ext4"));
  }

  static CreateVolumeRequest.Builder createWith(String name, VolumeCapability capability) {
    return create(name).clearVolumeCapabilities().addVolumeCapabilities(capability);
  }

  static CapacityRange range(long required, long limit) {
    return CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit).build();
  }

  static ControllerExpandVolumeRequest expand(String id, long required, long limit) {
    return ControllerExpandVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setCapacityRange(range(required, limit))
        .build();
  }

  static NodeStageVolumeRequest.Builder stage(String id, Path path) {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(path.toString())
        .setVolumeCapability(filesystem("ext4"));
  }

  static NodePublishVolumeRequest.Builder publish(String id, Path staging, Path target) {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .setTargetPath(target.toString())
        .setVolumeCapability(filesystem("ext4"));
  }
}
