package dev.berth.provisioner.csi;

import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateSnapshotResponse;
import dev.berth.csi.v1.CreateVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.CreateVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.DeleteSnapshotRequest;
import dev.berth.csi.v1.DeleteSnapshotResponse;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.GetVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.GetVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.GroupControllerGrpc;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.ListSnapshotsResponse;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The calls of a driver about snapshots and groups of them. */
public final class CsiSnapshots {
  private final ControllerGrpc.ControllerBlockingStub controller;
  private final GroupControllerGrpc.GroupControllerBlockingStub groups;
  private final Deadlines deadlines;
  private final Caller caller;

  CsiSnapshots(Channel channel, Deadlines deadlines, Caller caller) {
    this.controller = ControllerGrpc.newBlockingStub(channel);
    this.groups = GroupControllerGrpc.newBlockingStub(channel);
    this.deadlines = deadlines;
    this.caller = caller;
  }

  /** CreateSnapshot; sent again, it tells whether the snapshot is ready by now. */
  public Answer<CreateSnapshotResponse> create(CreateSnapshotRequest request) {
    return caller.answer(
        "Controller/CreateSnapshot", () -> within(deadlines.change()).createSnapshot(request));
  }

  /** DeleteSnapshot. A snapshot that is not there is deleted already. */
  public Answer<DeleteSnapshotResponse> delete(String handle, Map<String, String> secrets) {
    DeleteSnapshotRequest request =
        DeleteSnapshotRequest.newBuilder().setSnapshotId(handle).putAllSecrets(secrets).build();
    return caller.answer(
        "Controller/DeleteSnapshot", () -> within(deadlines.change()).deleteSnapshot(request));
  }

  /** ListSnapshots of one handle: one entry, or none. */
  public Answer<ListSnapshotsResponse> find(String handle, Map<String, String> secrets) {
    ListSnapshotsRequest request =
        ListSnapshotsRequest.newBuilder().setSnapshotId(handle).putAllSecrets(secrets).build();
    return caller.answer(
        "Controller/ListSnapshots", () -> within(deadlines.ask()).listSnapshots(request));
  }

  /** CreateVolumeGroupSnapshot. */
  public Answer<CreateVolumeGroupSnapshotResponse> createGroup(
      CreateVolumeGroupSnapshotRequest request) {
    return caller.answer(
        "GroupController/CreateVolumeGroupSnapshot",
        () -> groups.withDeadlineAfter(deadlines.change()).createVolumeGroupSnapshot(request));
  }

  /** GetVolumeGroupSnapshot. */
  public Answer<GetVolumeGroupSnapshotResponse> group(
      String handle, List<String> members, Map<String, String> secrets) {
    GetVolumeGroupSnapshotRequest request =
        GetVolumeGroupSnapshotRequest.newBuilder()
            .setGroupSnapshotId(handle)
            .addAllSnapshotIds(members)
            .putAllSecrets(secrets)
            .build();
    return caller.answer(
        "GroupController/GetVolumeGroupSnapshot",
        () -> groups.withDeadlineAfter(deadlines.ask()).getVolumeGroupSnapshot(request));
  }

  /** DeleteVolumeGroupSnapshot. A group that is not there is deleted already. */
  public Answer<DeleteVolumeGroupSnapshotResponse> deleteGroup(
      String handle, List<String> members, Map<String, String> secrets) {
    DeleteVolumeGroupSnapshotRequest request =
        DeleteVolumeGroupSnapshotRequest.newBuilder()
            .setGroupSnapshotId(handle)
            .addAllSnapshotIds(members)
            .putAllSecrets(secrets)
            .build();
    return caller.answer(
        "GroupController/DeleteVolumeGroupSnapshot",
        () -> groups.withDeadlineAfter(deadlines.change()).deleteVolumeGroupSnapshot(request));
  }

  private ControllerGrpc.ControllerBlockingStub within(Duration deadline) {
    return controller.withDeadlineAfter(deadline);
  }
}
