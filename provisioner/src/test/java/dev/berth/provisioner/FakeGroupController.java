package dev.berth.provisioner;

import dev.berth.csi.v1.CreateVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.CreateVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.GetVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.GetVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.GroupControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.GroupControllerGetCapabilitiesResponse;
import dev.berth.csi.v1.GroupControllerGrpc;
import dev.berth.csi.v1.GroupControllerServiceCapability;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The GroupController service of a fake driver. */
final class FakeGroupController extends GroupControllerGrpc.GroupControllerImplBase {
  private final Answers answers;
  private final FakeVolumes volumes;
  private final FakeSnapshots snapshots;

  FakeGroupController(Answers answers, FakeVolumes volumes, FakeSnapshots snapshots) {
    this.answers = answers;
    this.volumes = volumes;
    this.snapshots = snapshots;
  }

  @Override
  public void groupControllerGetCapabilities(
      GroupControllerGetCapabilitiesRequest request,
      StreamObserver<GroupControllerGetCapabilitiesResponse> out) {
    GroupControllerGetCapabilitiesResponse.Builder response =
        GroupControllerGetCapabilitiesResponse.newBuilder();
    response
        .addCapabilitiesBuilder()
        .getRpcBuilder()
        .setType(GroupControllerServiceCapability.RPC.Type.CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT);
    out.onNext(response.build());
    out.onCompleted();
  }

  @Override
  public void createVolumeGroupSnapshot(
      CreateVolumeGroupSnapshotRequest request,
      StreamObserver<CreateVolumeGroupSnapshotResponse> out) {
    answers.answer(
        "CreateVolumeGroupSnapshot",
        out,
        () ->
            CreateVolumeGroupSnapshotResponse.newBuilder()
                .setGroupSnapshot(snapshots.createGroup(request, volumes::byId))
                .build());
  }

  @Override
  public void getVolumeGroupSnapshot(
      GetVolumeGroupSnapshotRequest request, StreamObserver<GetVolumeGroupSnapshotResponse> out) {
    answers.answer(
        "GetVolumeGroupSnapshot",
        out,
        () ->
            GetVolumeGroupSnapshotResponse.newBuilder()
                .setGroupSnapshot(
                    snapshots
                        .group(request.getGroupSnapshotId())
                        .orElseThrow(() -> FakeVolumes.refused(Status.NOT_FOUND, "no such group")))
                .build());
  }

  @Override
  public void deleteVolumeGroupSnapshot(
      DeleteVolumeGroupSnapshotRequest request,
      StreamObserver<DeleteVolumeGroupSnapshotResponse> out) {
    answers.answer(
        "DeleteVolumeGroupSnapshot",
        out,
        () -> {
          snapshots.deleteGroup(request.getGroupSnapshotId());
          return DeleteVolumeGroupSnapshotResponse.getDefaultInstance();
        });
  }
}
