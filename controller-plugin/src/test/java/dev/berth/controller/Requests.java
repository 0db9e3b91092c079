package dev.berth.controller;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode;
import dev.berth.csi.v1.VolumeCapability.BlockVolume;
import dev.berth.csi.v1.VolumeCapability.MountVolume;
import dev.berth.storage.Bytes;
import java.util.List;

/** Requests that a test changes in one place. */
final class Requests {
  private Requests() {}

  /** An ext4 volume of 32 MiB for one writer. */
  static CreateVolumeRequest.Builder create(String name) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(range(Bytes.ofMiB(32), Bytes.ZERO))
        .addVolumeCapabilities(mount("ext4", AccessMode.Mode.SINGLE_NODE_WRITER));
  }

  static CreateVolumeRequest.Builder create(String name, VolumeCapability... capabilities) {
    return create(name).clearVolumeCapabilities().addAllVolumeCapabilities(List.of(capabilities));
  }

  static CapacityRange range(Bytes required, Bytes limit) {
    return CapacityRange.newBuilder()
        .setRequiredBytes(required.value())
        .setLimitBytes(limit.value())
        .build();
  }

  static VolumeCapability mount(String fsType, AccessMode.Mode mode, String... flags) {
    return VolumeCapability.newBuilder()
        .setMount(MountVolume.newBuilder().setFsType(fsType).addAllMountFlags(List.of(flags)))
        .setAccessMode(AccessMode.newBuilder().setMode(mode))
        .build();
  }

  static VolumeCapability block(AccessMode.Mode mode) {
    return VolumeCapability.newBuilder()
        .setBlock(BlockVolume.getDefaultInstance())
        .setAccessMode(AccessMode.newBuilder().setMode(mode))
        .build();
  }
}
