package dev.berth.node;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.call.Call;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeExpandVolumeResponse;
import dev.berth.csi.v1.NodeGetCapabilitiesRequest;
import dev.berth.csi.v1.NodeGetCapabilitiesResponse;
import dev.berth.csi.v1.NodeGetInfoRequest;
import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.csi.v1.NodeGetStorageHealthRequest;
import dev.berth.csi.v1.NodeGetStorageHealthResponse;
import dev.berth.csi.v1.NodeGetVolumeHealthRequest;
import dev.berth.csi.v1.NodeGetVolumeHealthResponse;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsResponse;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodePublishVolumeResponse;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeResponse;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeResponse;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeResponse;
import dev.berth.node.ephemeral.EphemeralVolumes;
import dev.berth.node.expand.ExpandVolume;
import dev.berth.node.health.NodeHealth;
import dev.berth.node.info.NodeInfo;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.publish.PublishVolume;
import dev.berth.node.stage.StageVolume;
import dev.berth.node.stats.VolumeStats;
import dev.berth.node.unpublish.UnpublishVolume;
import dev.berth.node.unstage.UnstageVolume;
import dev.berth.storage.Pools;
import dev.berth.storage.health.Checkup;
import dev.berth.storage.health.PoolCheckup;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import io.grpc.stub.StreamObserver;

/** The Node service; each call is a class of its own. */
final class NodeService extends NodeGrpc.NodeImplBase {
  private final StageVolume stage;
  private final UnstageVolume unstage;
  private final PublishVolume publish;
  private final UnpublishVolume unpublish;
  private final ExpandVolume expand;
  private final VolumeStats stats;
  private final NodeHealth health;
  private final NodeInfo info;

  NodeService(
      DriverSettings driver,
      Pools pools,
      Images images,
      Linux linux,
      OneAtATime<VolumeKey> work,
      EphemeralVolumes ephemeral) {
    KernelView kernel = new KernelView(pools, images, linux);
    stage = new StageVolume(pools, images, linux.mounts(), kernel, work);
    unstage = new UnstageVolume(pools, images, linux, kernel, work);
    publish = new PublishVolume(pools, linux.mounts(), kernel, ephemeral, work);
    unpublish = new UnpublishVolume(linux.mounts(), kernel, ephemeral, work);
    expand = new ExpandVolume(pools, images, kernel, work);
    stats = new VolumeStats(pools, linux.files(), kernel, ephemeral, work.reads());
    health =
        new NodeHealth(
            new Checkup(pools, images, linux), new PoolCheckup(pools, linux), work.reads());
    info = new NodeInfo(driver);
  }

  @Override
  public void nodeStageVolume(
      NodeStageVolumeRequest q, StreamObserver<NodeStageVolumeResponse> out) {
    Call.answer(out, () -> stage.answer(q));
  }

  @Override
  public void nodeUnstageVolume(
      NodeUnstageVolumeRequest q, StreamObserver<NodeUnstageVolumeResponse> out) {
    Call.answer(out, () -> unstage.answer(q));
  }

  @Override
  public void nodePublishVolume(
      NodePublishVolumeRequest q, StreamObserver<NodePublishVolumeResponse> out) {
    Call.answer(out, () -> publish.answer(q));
  }

  @Override
  public void nodeUnpublishVolume(
      NodeUnpublishVolumeRequest q, StreamObserver<NodeUnpublishVolumeResponse> out) {
    Call.answer(out, () -> unpublish.answer(q));
  }

  @Override
  public void nodeExpandVolume(
      NodeExpandVolumeRequest q, StreamObserver<NodeExpandVolumeResponse> out) {
    Call.answer(out, () -> expand.answer(q));
  }

  @Override
  public void nodeGetVolumeStats(
      NodeGetVolumeStatsRequest q, StreamObserver<NodeGetVolumeStatsResponse> out) {
    Call.answer(out, () -> stats.answer(q));
  }

  @Override
  public void nodeGetVolumeHealth(
      NodeGetVolumeHealthRequest q, StreamObserver<NodeGetVolumeHealthResponse> out) {
    Call.answer(out, () -> health.volume(q));
  }

  @Override
  public void nodeGetStorageHealth(
      NodeGetStorageHealthRequest q, StreamObserver<NodeGetStorageHealthResponse> out) {
    Call.answer(out, () -> health.storage(q));
  }

  @Override
  public void nodeGetInfo(NodeGetInfoRequest q, StreamObserver<NodeGetInfoResponse> out) {
    Call.answer(out, info::info);
  }

  @Override
  public void nodeGetCapabilities(
      NodeGetCapabilitiesRequest q, StreamObserver<NodeGetCapabilitiesResponse> out) {
    Call.answer(out, info::capabilities);
  }
}
