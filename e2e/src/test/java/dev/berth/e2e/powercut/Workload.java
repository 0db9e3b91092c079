package dev.berth.e2e.powercut;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.e2e.harness.CsiClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/**
 * A user who makes, fills, grows and deletes volumes one after the other, and believes every
 * answer.
 */
final class Workload {
  static final long MIB = 1L << 20;
  private static final int FILE = 256 << 10;

  private final CsiClient csi;
  private final Truth truth;
  private final Path staging;
  private final Random random;

  Workload(CsiClient csi, Truth truth, Path staging, Random random) {
    this.csi = csi;
    this.truth = truth;
    this.staging = staging;
    this.random = random;
  }

  /** The life of one volume, or as much of it as the dice allow. */
  void round(String name) throws IOException {
    String fsType = random.nextBoolean() ? "xfs" : "ext4";
    long size = fsType.equals("xfs") ? 300 * MIB : 32 * MIB;
    truth.createBegins(name, size);
    String id = csi.controller().createVolume(create(name, fsType, size)).getVolume().getVolumeId();
    truth.created(name);
    if (random.nextInt(4) > 0) {
      Path stage = Files.createDirectories(staging.resolve(name));
      csi.node()
          .nodeStageVolume(
              NodeStageVolumeRequest.newBuilder()
                  .setVolumeId(id)
                  .setStagingTargetPath(stage.toString())
                  .setVolumeCapability(filesystem(fsType))
                  .build());
      write(name, stage, "a");
      if (random.nextBoolean()) {
        expand(name, id, stage, size + 16 * MIB, fsType);
        write(name, stage, "b");
      }
      csi.node()
          .nodeUnstageVolume(
              NodeUnstageVolumeRequest.newBuilder()
                  .setVolumeId(id)
                  .setStagingTargetPath(stage.toString())
                  .build());
    }
    if (random.nextInt(3) > 0) {
      truth.deleteBegins(name);
      csi.controller().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
      truth.deleted(name);
    }
  }

  private void expand(String name, String id, Path stage, long size, String fsType) {
    truth.expandBegins(name, size);
    csi.controller()
        .controllerExpandVolume(
            ControllerExpandVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(size))
                .build());
    truth.expanded(name, size);
    if (fsType.equals(
        "xfs")) { // a mounted ext4 needs CAP_SYS_RESOURCE to grow, which not every machine gives
      csi.node()
          .nodeExpandVolume(
              NodeExpandVolumeRequest.newBuilder()
                  .setVolumeId(id)
                  .setVolumePath(stage.toString())
                  .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(size))
                  .build());
    }
  }

  private void write(String name, Path stage, String file) throws IOException {
    byte fill = (byte) random.nextInt(256);
    byte[] data = new byte[FILE];
    Arrays.fill(data, fill);
    try (FileChannel out =
        FileChannel.open(
            stage.resolve(file), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(data);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      out.force(true);
    }
    try (FileChannel folder = FileChannel.open(stage, StandardOpenOption.READ)) {
      folder.force(true); // the name of the file, too
    }
    truth.written(name, file, fill);
  }

  static boolean holds(Path file, byte fill) throws IOException {
    byte[] expected = new byte[FILE];
    Arrays.fill(expected, fill);
    return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), expected);
  }

  static VolumeCapability filesystem(String fsType) {
    return VolumeCapability.newBuilder()
        .setMount(VolumeCapability.MountVolume.newBuilder().setFsType(fsType))
        .setAccessMode(
            VolumeCapability.AccessMode.newBuilder()
                .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER))
        .build();
  }

  private static CreateVolumeRequest create(String name, String fsType, long size) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(size))
        .addVolumeCapabilities(filesystem(fsType))
        .build();
  }
}
