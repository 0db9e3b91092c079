package dev.berth.controller;

import dev.berth.controller.capacity.GetCapacity;
import dev.berth.controller.create.CreateVolume;
import dev.berth.controller.delete.DeleteVolume;
import dev.berth.controller.expand.ExpandVolume;
import dev.berth.controller.get.GetVolume;
import dev.berth.controller.health.GetVolumeHealth;
import dev.berth.controller.health.ListVolumeHealth;
import dev.berth.controller.list.ListVolumes;
import dev.berth.controller.modify.ModifyVolume;
import dev.berth.controller.publish.PublishVolume;
import dev.berth.controller.snapshot.CreateSnapshot;
import dev.berth.controller.snapshot.DeleteSnapshot;
import dev.berth.controller.snapshot.GetSnapshot;
import dev.berth.controller.snapshot.ListSnapshots;
import dev.berth.controller.unpublish.UnpublishVolume;
import dev.berth.controller.validate.ValidateVolumeCapabilities;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.call.Call;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerExpandVolumeResponse;
import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGetCapabilitiesResponse;
import dev.berth.csi.v1.ControllerGetVolumeHealthRequest;
import dev.berth.csi.v1.ControllerGetVolumeHealthResponse;
import dev.berth.csi.v1.ControllerGetVolumeRequest;
import dev.berth.csi.v1.ControllerGetVolumeResponse;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.ControllerListVolumeHealthRequest;
import dev.berth.csi.v1.ControllerListVolumeHealthResponse;
import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.ControllerModifyVolumeResponse;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.ControllerUnpublishVolumeResponse;
import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateSnapshotResponse;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.DeleteSnapshotRequest;
import dev.berth.csi.v1.DeleteSnapshotResponse;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.csi.v1.GetSnapshotRequest;
import dev.berth.csi.v1.GetSnapshotResponse;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.ListSnapshotsResponse;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.ListVolumesResponse;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesRequest;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.health.Checkup;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import io.grpc.stub.StreamObserver;
import java.util.List;

/**
 * The Controller service. Which calls change something, and so go through {@link OneAtATime}, can
 * be read off the constructor; the others ask the disks beside it and wait for nobody.
 */
final class ControllerService extends ControllerGrpc.ControllerImplBase {
  private static final List<ControllerServiceCapability.RPC.Type> CAPABILITIES =
      List.of(
          ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME,
          ControllerServiceCapability.RPC.Type.LIST_VOLUMES,
          ControllerServiceCapability.RPC.Type.GET_CAPACITY,
          ControllerServiceCapability.RPC.Type.CREATE_DELETE_SNAPSHOT,
          ControllerServiceCapability.RPC.Type.LIST_SNAPSHOTS,
          ControllerServiceCapability.RPC.Type.GET_SNAPSHOT,
          ControllerServiceCapability.RPC.Type.CLONE_VOLUME,
          ControllerServiceCapability.RPC.Type.EXPAND_VOLUME,
          ControllerServiceCapability.RPC.Type.GET_VOLUME,
          ControllerServiceCapability.RPC.Type.MODIFY_VOLUME,
          ControllerServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
          ControllerServiceCapability.RPC.Type.LIST_VOLUME_HEALTH,
          ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER);

  /** What a driver of shared pools can do besides. */
  private static final List<ControllerServiceCapability.RPC.Type> OF_SHARED =
      List.of(
          ControllerServiceCapability.RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
          ControllerServiceCapability.RPC.Type.PUBLISH_READONLY,
          ControllerServiceCapability.RPC.Type.LIST_VOLUMES_PUBLISHED_NODES);

  private final DriverSettings driver;
  private final PublishVolume publish;
  private final UnpublishVolume unpublish;
  private final CreateVolume create;
  private final DeleteVolume delete;
  private final ExpandVolume expand;
  private final ModifyVolume modify;
  private final ValidateVolumeCapabilities validate;
  private final ListVolumes list;
  private final GetVolume get;
  private final GetCapacity capacity;
  private final GetVolumeHealth getHealth;
  private final ListVolumeHealth listHealth;
  private final CreateSnapshot createSnapshot;
  private final DeleteSnapshot deleteSnapshot;
  private final GetSnapshot getSnapshot;
  private final ListSnapshots listSnapshots;

  ControllerService(
      DriverSettings driver, Pools pools, Images images, Linux linux, OneAtATime<VolumeKey> work) {
    this.driver = driver;
    publish = new PublishVolume(pools, work);
    unpublish = new UnpublishVolume(pools, work);
    create = new CreateVolume(driver, pools, work);
    delete = new DeleteVolume(pools, work);
    expand = new ExpandVolume(pools, work);
    modify = new ModifyVolume(pools, images, work);
    validate = new ValidateVolumeCapabilities(pools, work.reads());
    list = new ListVolumes(driver, pools);
    get = new GetVolume(driver, pools, work.reads());
    capacity = new GetCapacity(driver, pools, work.reads());
    Checkup checkup = new Checkup(pools, images, linux);
    getHealth = new GetVolumeHealth(checkup, work.reads());
    listHealth = new ListVolumeHealth(checkup, work.reads());
    createSnapshot = new CreateSnapshot(driver, pools, work);
    deleteSnapshot = new DeleteSnapshot(pools, work);
    getSnapshot = new GetSnapshot(driver, pools, work.reads());
    listSnapshots = new ListSnapshots(driver, pools);
  }

  @Override
  public void createVolume(CreateVolumeRequest q, StreamObserver<CreateVolumeResponse> out) {
    Call.answer(out, () -> create.answer(q));
  }

  @Override
  public void deleteVolume(DeleteVolumeRequest q, StreamObserver<DeleteVolumeResponse> out) {
    Call.answer(out, () -> delete.answer(q));
  }

  @Override
  public void controllerPublishVolume(
      ControllerPublishVolumeRequest q, StreamObserver<ControllerPublishVolumeResponse> out) {
    if (driver.isShared()) {
      Call.answer(out, () -> publish.answer(q));
    } else {
      super.controllerPublishVolume(q, out); // UNIMPLEMENTED: nothing is attached
    }
  }

  @Override
  public void controllerUnpublishVolume(
      ControllerUnpublishVolumeRequest q, StreamObserver<ControllerUnpublishVolumeResponse> out) {
    if (driver.isShared()) {
      Call.answer(out, () -> unpublish.answer(q));
    } else {
      super.controllerUnpublishVolume(q, out);
    }
  }

  @Override
  public void controllerExpandVolume(
      ControllerExpandVolumeRequest q, StreamObserver<ControllerExpandVolumeResponse> out) {
    Call.answer(out, () -> expand.answer(q));
  }

  @Override
  public void controllerModifyVolume(
      ControllerModifyVolumeRequest q, StreamObserver<ControllerModifyVolumeResponse> out) {
    Call.answer(out, () -> modify.answer(q));
  }

  @Override
  public void validateVolumeCapabilities(
      ValidateVolumeCapabilitiesRequest q, StreamObserver<ValidateVolumeCapabilitiesResponse> out) {
    Call.answer(out, () -> validate.answer(q));
  }

  @Override
  public void listVolumes(ListVolumesRequest q, StreamObserver<ListVolumesResponse> out) {
    Call.answer(out, () -> list.answer(q));
  }

  @Override
  public void controllerGetVolume(
      ControllerGetVolumeRequest q, StreamObserver<ControllerGetVolumeResponse> out) {
    Call.answer(out, () -> get.answer(q));
  }

  @Override
  public void controllerGetVolumeHealth(
      ControllerGetVolumeHealthRequest q, StreamObserver<ControllerGetVolumeHealthResponse> out) {
    Call.answer(out, () -> getHealth.answer(q));
  }

  @Override
  public void controllerListVolumeHealth(
      ControllerListVolumeHealthRequest q, StreamObserver<ControllerListVolumeHealthResponse> out) {
    Call.answer(out, () -> listHealth.answer(q));
  }

  @Override
  public void getCapacity(GetCapacityRequest q, StreamObserver<GetCapacityResponse> out) {
    Call.answer(out, () -> capacity.answer(q));
  }

  @Override
  public void createSnapshot(CreateSnapshotRequest q, StreamObserver<CreateSnapshotResponse> out) {
    Call.answer(out, () -> createSnapshot.answer(q));
  }

  @Override
  public void deleteSnapshot(DeleteSnapshotRequest q, StreamObserver<DeleteSnapshotResponse> out) {
    Call.answer(out, () -> deleteSnapshot.answer(q));
  }

  @Override
  public void getSnapshot(GetSnapshotRequest q, StreamObserver<GetSnapshotResponse> out) {
    Call.answer(out, () -> getSnapshot.answer(q));
  }

  @Override
  public void listSnapshots(ListSnapshotsRequest q, StreamObserver<ListSnapshotsResponse> out) {
    Call.answer(out, () -> listSnapshots.answer(q));
  }

  @Override
  public void controllerGetCapabilities(
      ControllerGetCapabilitiesRequest q, StreamObserver<ControllerGetCapabilitiesResponse> out) {
    Call.answer(out, this::capabilities);
  }

  private ControllerGetCapabilitiesResponse capabilities() {
    var reply = ControllerGetCapabilitiesResponse.newBuilder();
    CAPABILITIES.forEach(type -> reply.addCapabilities(capability(type)));
    if (driver.isShared()) {
      OF_SHARED.forEach(type -> reply.addCapabilities(capability(type)));
    }
    return reply.build();
  }

  private static ControllerServiceCapability capability(ControllerServiceCapability.RPC.Type type) {
    return ControllerServiceCapability.newBuilder()
        .setRpc(ControllerServiceCapability.RPC.newBuilder().setType(type))
        .build();
  }
}
