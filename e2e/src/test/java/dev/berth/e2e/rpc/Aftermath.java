package dev.berth.e2e.rpc;

import com.google.protobuf.Message;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.DeleteSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.GroupControllerGrpc;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.ListSnapshotsResponse;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.Snapshot;
import io.grpc.Channel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes away what random requests have made, as a CO would that knows all of it. */
final class Aftermath {
  private final ControllerGrpc.ControllerBlockingStub controller;
  private final GroupControllerGrpc.GroupControllerBlockingStub groups;
  private final NodeGrpc.NodeBlockingStub node;
  private final Path places;

  Aftermath(Channel channel, Path places) {
    controller = ControllerGrpc.newBlockingStub(channel);
    groups = GroupControllerGrpc.newBlockingStub(channel);
    node = NodeGrpc.newBlockingStub(channel);
    this.places = places;
  }

  void takeAllAway() throws IOException {
    List<String> volumes =
        controller.listVolumes(ListVolumesRequest.getDefaultInstance()).getEntriesList().stream()
            .map(entry -> entry.getVolume().getVolumeId())
            .toList();
    for (String volume : volumes) {
      unpublish(volume);
    }
    // A raw volume is refused where the filesystem of another is, which may be everywhere at first.
    volumes.forEach(this::unstage);
    volumes.forEach(this::unstage);
    Map<String, List<String>> snapshots =
        controller
            .listSnapshots(ListSnapshotsRequest.getDefaultInstance())
            .getEntriesList()
            .stream()
            .map(ListSnapshotsResponse.Entry::getSnapshot)
            .collect(
                Collectors.groupingBy(
                    Snapshot::getGroupSnapshotId,
                    Collectors.mapping(Snapshot::getSnapshotId, Collectors.toList())));
    snapshots.getOrDefault("", List.of()).forEach(this::deleteSnapshot);
    snapshots.remove("");
    snapshots.forEach(this::deleteGroup);
    for (String volume : volumes) {
      var _ = controller.deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(volume).build());
    }
  }

  private void unpublish(String volume) throws IOException {
    try (Stream<Path> targets = Files.list(places.resolve("targets"))) {
      for (Path target : targets.toList()) {
        unlessAnothers(
            () ->
                node.nodeUnpublishVolume(
                    NodeUnpublishVolumeRequest.newBuilder()
                        .setVolumeId(volume)
                        .setTargetPath(target.toString())
                        .build()));
      }
    }
  }

  private void unstage(String volume) {
    for (int i = 0; i < RandomMessages.PLACES; i++) {
      Path staging = places.resolve("staging-" + i);
      unlessAnothers(
          () ->
              node.nodeUnstageVolume(
                  NodeUnstageVolumeRequest.newBuilder()
                      .setVolumeId(volume)
                      .setStagingTargetPath(staging.toString())
                      .build()));
    }
  }

  /** What another volume has put there is refused; with that one it goes. */
  private static void unlessAnothers(Supplier<Message> call) {
    try {
      var _ = call.get();
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() != Code.FAILED_PRECONDITION) {
        throw refused;
      }
    }
  }

  private void deleteSnapshot(String id) {
    var _ = controller.deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(id).build());
  }

  private void deleteGroup(String id, List<String> members) {
    var _ =
        groups.deleteVolumeGroupSnapshot(
            DeleteVolumeGroupSnapshotRequest.newBuilder()
                .setGroupSnapshotId(id)
                .addAllSnapshotIds(members)
                .build());
  }
}
