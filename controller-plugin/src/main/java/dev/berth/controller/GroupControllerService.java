package dev.berth.controller;

import dev.berth.controller.group.CreateGroup;
import dev.berth.controller.group.DeleteGroup;
import dev.berth.controller.group.GetGroup;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.call.Call;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
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
import dev.berth.csi.v1.GroupControllerServiceCapability.RPC;
import dev.berth.storage.Pools;
import io.grpc.stub.StreamObserver;

/** The GroupController service. */
final class GroupControllerService extends GroupControllerGrpc.GroupControllerImplBase {
  private final CreateGroup create;
  private final DeleteGroup delete;
  private final GetGroup get;

  GroupControllerService(DriverSettings driver, Pools pools, OneAtATime<VolumeKey> work) {
    create = new CreateGroup(driver, pools, work);
    delete = new DeleteGroup(pools, work);
    get = new GetGroup(driver, pools, work.reads());
  }

  @Override
  public void groupControllerGetCapabilities(
      GroupControllerGetCapabilitiesRequest q,
      StreamObserver<GroupControllerGetCapabilitiesResponse> out) {
    Call.answer(
        out,
        () ->
            GroupControllerGetCapabilitiesResponse.newBuilder()
                .addCapabilities(
                    GroupControllerServiceCapability.newBuilder()
                        .setRpc(
                            RPC.newBuilder()
                                .setType(RPC.Type.CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT)))
                .build());
  }

  @Override
  public void createVolumeGroupSnapshot(
      CreateVolumeGroupSnapshotRequest q, StreamObserver<CreateVolumeGroupSnapshotResponse> out) {
    Call.answer(out, () -> create.answer(q));
  }

  @Override
  public void deleteVolumeGroupSnapshot(
      DeleteVolumeGroupSnapshotRequest q, StreamObserver<DeleteVolumeGroupSnapshotResponse> out) {
    Call.answer(out, () -> delete.answer(q));
  }

  @Override
  public void getVolumeGroupSnapshot(
      GetVolumeGroupSnapshotRequest q, StreamObserver<GetVolumeGroupSnapshotResponse> out) {
    Call.answer(out, () -> get.answer(q));
  }
}
