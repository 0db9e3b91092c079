package dev.berth.provisioner;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerExpandVolumeResponse;
import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGetCapabilitiesResponse;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.ControllerModifyVolumeResponse;
import dev.berth.csi.v1.ControllerServiceCapability.RPC;
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
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.ListSnapshotsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The Controller service of a fake driver. */
final class FakeController extends ControllerGrpc.ControllerImplBase {
  private static final List<RPC.Type> OFFERED =
      List.of(
          RPC.Type.CREATE_DELETE_VOLUME,
          RPC.Type.EXPAND_VOLUME,
          RPC.Type.GET_CAPACITY,
          RPC.Type.SINGLE_NODE_MULTI_WRITER,
          RPC.Type.CREATE_DELETE_SNAPSHOT,
          RPC.Type.LIST_SNAPSHOTS,
          RPC.Type.CLONE_VOLUME,
          RPC.Type.MODIFY_VOLUME);

  private final Answers answers;
  private final FakeVolumes volumes;
  private final FakeSnapshots snapshots;
  private final AtomicInteger creating = new AtomicInteger();
  private volatile boolean nodeExpansionRequired = true;
  private volatile @Nullable CountDownLatch hold;

  FakeController(Answers answers, FakeVolumes volumes, FakeSnapshots snapshots) {
    this.answers = answers;
    this.volumes = volumes;
    this.snapshots = snapshots;
  }

  void holdCreate(CountDownLatch latch) {
    hold = latch;
  }

  int creating() {
    return creating.get();
  }

  void nodeExpansionRequired(boolean required) {
    nodeExpansionRequired = required;
  }

  @Override
  public void controllerGetCapabilities(
      ControllerGetCapabilitiesRequest request,
      StreamObserver<ControllerGetCapabilitiesResponse> out) {
    ControllerGetCapabilitiesResponse.Builder response =
        ControllerGetCapabilitiesResponse.newBuilder();
    OFFERED.forEach(type -> response.addCapabilitiesBuilder().getRpcBuilder().setType(type));
    out.onNext(response.build());
    out.onCompleted();
  }

  @Override
  public void createVolume(CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> out) {
    creating.incrementAndGet();
    CountDownLatch latch = hold;
    if (latch != null) {
      try {
        latch.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    answers.answer(
        "CreateVolume",
        out,
        () -> CreateVolumeResponse.newBuilder().setVolume(volumes.create(request)).build());
  }

  @Override
  public void deleteVolume(DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> out) {
    answers.answer(
        "DeleteVolume",
        out,
        () -> {
          volumes.delete(request);
          return DeleteVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> out) {
    answers.answer("GetCapacity", out, volumes::capacity);
  }

  @Override
  public void controllerExpandVolume(
      ControllerExpandVolumeRequest request, StreamObserver<ControllerExpandVolumeResponse> out) {
    answers.answer(
        "ControllerExpandVolume",
        out,
        () ->
            ControllerExpandVolumeResponse.newBuilder()
                .setCapacityBytes(volumes.expand(request))
                .setNodeExpansionRequired(nodeExpansionRequired)
                .build());
  }

  @Override
  public void controllerModifyVolume(
      ControllerModifyVolumeRequest request, StreamObserver<ControllerModifyVolumeResponse> out) {
    answers.answer(
        "ControllerModifyVolume",
        out,
        () -> {
          volumes.modify(request);
          return ControllerModifyVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> out) {
    answers.answer(
        "CreateSnapshot",
        out,
        () ->
            CreateSnapshotResponse.newBuilder()
                .setSnapshot(snapshots.create(request, volumes::byId))
                .build());
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> out) {
    answers.answer(
        "DeleteSnapshot",
        out,
        () -> {
          snapshots.delete(request.getSnapshotId(), request.getSecretsMap());
          return DeleteSnapshotResponse.getDefaultInstance();
        });
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> out) {
    answers.answer(
        "ListSnapshots",
        out,
        () -> {
          ListSnapshotsResponse.Builder response = ListSnapshotsResponse.newBuilder();
          snapshots
              .find(request.getSnapshotId())
              .ifPresent(found -> response.addEntriesBuilder().setSnapshot(found));
          return response.build();
        });
  }
}
