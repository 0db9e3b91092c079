package dev.berth.provisioner.csi;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerExpandVolumeResponse;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.ControllerModifyVolumeResponse;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.ControllerUnpublishVolumeResponse;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeExpandVolumeResponse;
import dev.berth.csi.v1.NodeGetInfoRequest;
import dev.berth.csi.v1.NodeGetInfoResponse;
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
import dev.berth.provisioner.metrics.Meters;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Map;

/**
 * One CSI driver, reached over a channel: in-process or a socket. Each call blocks its (virtual)
 * thread until the driver answers or the deadline passes, and never throws for a status.
 */
public final class CsiDriver {
  private final ControllerGrpc.ControllerBlockingStub controller;
  private final NodeGrpc.NodeBlockingStub node;
  private final Deadlines deadlines;
  private final Identification id;
  private final Caller caller;
  private final CsiSnapshots snapshots;

  private CsiDriver(Channel channel, Deadlines deadlines, Identification id, Meters meters) {
    this.controller = ControllerGrpc.newBlockingStub(channel);
    this.node = NodeGrpc.newBlockingStub(channel);
    this.deadlines = deadlines;
    this.id = id;
    this.caller = new Caller(id.name(), meters);
    this.snapshots = new CsiSnapshots(channel, deadlines, caller);
  }

  /**
   * Asks the driver who it is and what it can do; a service that it does not have offers nothing.
   *
   * @throws DriverUnavailableException if it does not say
   */
  public static CsiDriver connect(Channel channel, Deadlines deadlines) {
    return connect(channel, deadlines, Meters.NONE);
  }

  /** The same, and every call is measured. */
  public static CsiDriver connect(Channel channel, Deadlines deadlines, Meters meters) {
    return new CsiDriver(channel, deadlines, Identification.ask(channel, deadlines.ask()), meters);
  }

  /** The driver's name, as in {@code provisioner:} of a StorageClass. */
  public String name() {
    return id.name();
  }

  /**
   * Whether it writes down with a volume for which cluster and claim it was made: then CreateVolume
   * tells it. No other driver is sent parameters that it does not know.
   */
  public boolean recordsClaims() {
    return id.recordsClaims();
  }

  /** What it can do, as it said when it was connected to. */
  public Capabilities capabilities() {
    return id.capabilities();
  }

  /** CreateVolume. The same request may be sent any number of times, also after a restart. */
  public Answer<CreateVolumeResponse> create(CreateVolumeRequest request) {
    return caller.answer(
        "Controller/CreateVolume", () -> within(deadlines.change()).createVolume(request));
  }

  /** DeleteVolume. A volume that is not there is deleted already. */
  public Answer<DeleteVolumeResponse> delete(String volumeId, Map<String, String> secrets) {
    DeleteVolumeRequest request =
        DeleteVolumeRequest.newBuilder().setVolumeId(volumeId).putAllSecrets(secrets).build();
    return caller.answer(
        "Controller/DeleteVolume", () -> within(deadlines.change()).deleteVolume(request));
  }

  /** GetCapacity. */
  public Answer<GetCapacityResponse> capacity(GetCapacityRequest request) {
    return caller.answer(
        "Controller/GetCapacity", () -> within(deadlines.ask()).getCapacity(request));
  }

  /** ControllerExpandVolume. */
  public Answer<ControllerExpandVolumeResponse> controllerExpand(
      ControllerExpandVolumeRequest request) {
    return caller.answer(
        "Controller/ControllerExpandVolume",
        () -> within(deadlines.change()).controllerExpandVolume(request));
  }

  /** ControllerPublishVolume: attach a volume to a node. */
  public Answer<ControllerPublishVolumeResponse> controllerPublish(
      ControllerPublishVolumeRequest request) {
    return caller.answer(
        "Controller/ControllerPublishVolume",
        () -> within(deadlines.change()).controllerPublishVolume(request));
  }

  /** ControllerUnpublishVolume: detach a volume from a node. */
  public Answer<ControllerUnpublishVolumeResponse> controllerUnpublish(
      ControllerUnpublishVolumeRequest request) {
    return caller.answer(
        "Controller/ControllerUnpublishVolume",
        () -> within(deadlines.change()).controllerUnpublishVolume(request));
  }

  /** ControllerModifyVolume: all of the parameters, or none. */
  public Answer<ControllerModifyVolumeResponse> modify(ControllerModifyVolumeRequest request) {
    return caller.answer(
        "Controller/ControllerModifyVolume",
        () -> within(deadlines.change()).controllerModifyVolume(request));
  }

  /** The calls about snapshots. */
  public CsiSnapshots snapshots() {
    return snapshots;
  }

  /** NodeStageVolume. */
  public Answer<NodeStageVolumeResponse> stage(NodeStageVolumeRequest request) {
    return caller.answer(
        "Node/NodeStageVolume", () -> onNode(deadlines.mount()).nodeStageVolume(request));
  }

  /** NodeUnstageVolume. */
  public Answer<NodeUnstageVolumeResponse> unstage(NodeUnstageVolumeRequest request) {
    return caller.answer(
        "Node/NodeUnstageVolume", () -> onNode(deadlines.mount()).nodeUnstageVolume(request));
  }

  /** NodePublishVolume. */
  public Answer<NodePublishVolumeResponse> publish(NodePublishVolumeRequest request) {
    return caller.answer(
        "Node/NodePublishVolume", () -> onNode(deadlines.mount()).nodePublishVolume(request));
  }

  /** NodeUnpublishVolume. */
  public Answer<NodeUnpublishVolumeResponse> unpublish(NodeUnpublishVolumeRequest request) {
    return caller.answer(
        "Node/NodeUnpublishVolume", () -> onNode(deadlines.mount()).nodeUnpublishVolume(request));
  }

  /** NodeExpandVolume. */
  public Answer<NodeExpandVolumeResponse> nodeExpand(NodeExpandVolumeRequest request) {
    return caller.answer(
        "Node/NodeExpandVolume", () -> onNode(deadlines.mount()).nodeExpandVolume(request));
  }

  /** NodeGetVolumeStats. */
  public Answer<NodeGetVolumeStatsResponse> stats(NodeGetVolumeStatsRequest request) {
    return caller.answer(
        "Node/NodeGetVolumeStats", () -> onNode(deadlines.ask()).nodeGetVolumeStats(request));
  }

  /** NodeGetInfo: the node's id and where it stands. */
  public Answer<NodeGetInfoResponse> nodeInfo() {
    return caller.answer(
        "Node/NodeGetInfo",
        () -> onNode(deadlines.ask()).nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
  }

  private ControllerGrpc.ControllerBlockingStub within(Duration deadline) {
    return controller.withDeadlineAfter(deadline);
  }

  private NodeGrpc.NodeBlockingStub onNode(Duration deadline) {
    return node.withDeadlineAfter(deadline);
  }
}
