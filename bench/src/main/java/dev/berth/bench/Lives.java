package dev.berth.bench;

import dev.berth.csi.server.SocketClient;
import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.ProbeRequest;
import dev.berth.csi.v1.VolumeCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Volumes from CreateVolume to DeleteVolume over the socket of {@code berth csi}; all of them exist
 * at once.
 */
final class Lives {
  private static final VolumeCapability EXT4 =
      VolumeCapability.newBuilder()
          .setMount(VolumeCapability.MountVolume.newBuilder().setFsType("ext4"))
          .setAccessMode(
              VolumeCapability.AccessMode.newBuilder()
                  .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER))
          .build();

  private final IdentityGrpc.IdentityBlockingStub identity;
  private final ControllerGrpc.ControllerBlockingStub controller;
  private final NodeGrpc.NodeBlockingStub node;
  private final Path folder;

  Lives(SocketClient client, Path folder) {
    this.identity = IdentityGrpc.newBlockingStub(client.channel());
    this.controller = ControllerGrpc.newBlockingStub(client.channel());
    this.node = NodeGrpc.newBlockingStub(client.channel());
    this.folder = folder;
  }

  Samples measure(int count, long bytes) throws IOException {
    Samples samples = new Samples();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "bench-" + i;
      samples.time("create", () -> ids.add(create(name, bytes)));
    }
    for (int i = 0; i < count; i++) {
      Files.createDirectories(stage(i));
    }
    for (int i = 0; i < count; i++) {
      int n = i;
      samples.time("stage", () -> stage(ids.get(n), stage(n)));
    }
    for (int i = 0; i < count; i++) {
      int n = i;
      samples.time("publish", () -> publish(ids.get(n), stage(n), target(n)));
    }
    for (int i = 0; i < count; i++) {
      int n = i;
      samples.time("unpublish", () -> unpublish(ids.get(n), target(n)));
    }
    for (int i = 0; i < count; i++) {
      int n = i;
      samples.time("unstage", () -> unstage(ids.get(n), stage(n)));
    }
    for (int i = 0; i < count; i++) {
      int n = i;
      samples.time("delete", () -> delete(ids.get(n)));
    }
    for (int i = 0; i < count; i++) {
      samples.time("probe", this::probe);
    }
    return samples;
  }

  private Path stage(int i) {
    return folder.resolve("stage" + i);
  }

  private Path target(int i) {
    return folder.resolve("target" + i);
  }

  private String create(String name, long bytes) {
    return controller
        .createVolume(
            CreateVolumeRequest.newBuilder()
                .setName(name)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(bytes))
                .addVolumeCapabilities(EXT4)
                .build())
        .getVolume()
        .getVolumeId();
  }

  private void stage(String id, Path path) {
    var _ =
        node.nodeStageVolume(
            NodeStageVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(path.toString())
                .setVolumeCapability(EXT4)
                .build());
  }

  private void publish(String id, Path staging, Path target) {
    var _ =
        node.nodePublishVolume(
            NodePublishVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(staging.toString())
                .setTargetPath(target.toString())
                .setVolumeCapability(EXT4)
                .build());
  }

  private void unpublish(String id, Path target) {
    var _ =
        node.nodeUnpublishVolume(
            NodeUnpublishVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setTargetPath(target.toString())
                .build());
  }

  private void unstage(String id, Path staging) {
    var _ =
        node.nodeUnstageVolume(
            NodeUnstageVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(staging.toString())
                .build());
  }

  private void delete(String id) {
    var _ = controller.deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private void probe() {
    var _ = identity.probe(ProbeRequest.getDefaultInstance());
  }
}
