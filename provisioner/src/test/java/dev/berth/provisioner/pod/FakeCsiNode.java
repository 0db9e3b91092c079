package dev.berth.provisioner.pod;

import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesResponse;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.GetPluginInfoResponse;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeExpandVolumeResponse;
import dev.berth.csi.v1.NodeGetCapabilitiesRequest;
import dev.berth.csi.v1.NodeGetCapabilitiesResponse;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodePublishVolumeResponse;
import dev.berth.csi.v1.NodeServiceCapability;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeResponse;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeResponse;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeResponse;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.Deadlines;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * A CSI driver that mounts into a {@link FakeHostMounts}, writes down each call, and fails when
 * told to.
 */
final class FakeCsiNode implements AutoCloseable {
  static final String NAME = "fake.berth.dev";

  private final FakeHostMounts mounts;
  private final Server server;
  private final ManagedChannel channel;
  private final List<Object> requests = new ArrayList<>();
  private final Map<String, Queue<Status>> failures = new ConcurrentHashMap<>();

  FakeCsiNode(FakeHostMounts mounts) throws IOException {
    this.mounts = mounts;
    String name = "fake-csi-" + UUID.randomUUID();
    this.server =
        InProcessServerBuilder.forName(name)
            .addService(new Identity())
            .addService(new Node())
            .build()
            .start();
    this.channel = InProcessChannelBuilder.forName(name).build();
  }

  CsiDriver driver() {
    return CsiDriver.connect(channel, Deadlines.DEFAULT);
  }

  /** The next calls of this name about this volume end so, without an effect. */
  void fail(String call, String volume, Status... with) {
    failures
        .computeIfAbsent(call + " " + volume, _ -> new ConcurrentLinkedQueue<>())
        .addAll(List.of(with));
  }

  /** {@code Stage vol-1} and the like, in their order. */
  synchronized List<String> calls() {
    return requests.stream().map(FakeCsiNode::name).toList();
  }

  synchronized <T> List<T> requests(Class<T> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static String name(Object request) {
    return switch (request) {
      case NodeStageVolumeRequest q -> "Stage " + q.getVolumeId();
      case NodePublishVolumeRequest q -> "Publish " + q.getVolumeId();
      case NodeUnpublishVolumeRequest q -> "Unpublish " + q.getVolumeId();
      case NodeUnstageVolumeRequest q -> "Unstage " + q.getVolumeId();
      case NodeExpandVolumeRequest q -> "Expand " + q.getVolumeId();
      default -> throw new IllegalArgumentException(request.toString());
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private interface Effect {
    void run() throws IOException;
  }

  private <T> void answer(Object request, StreamObserver<T> out, T response, Effect effect) {
    synchronized (this) {
      requests.add(request);
    }
    Queue<Status> queued = failures.get(name(request));
    Status failure = queued == null ? null : queued.poll();
    if (failure != null) {
      out.onError(failure.asRuntimeException());
      return;
    }
    try {
      effect.run();
      out.onNext(response);
      out.onCompleted();
    } catch (IOException e) {
      out.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
    }
  }

  private void mount(String target) {
    if (!mounts.isMounted(Path.of(target))) {
      mounts.mount(Path.of(target));
    }
  }

  private static final class Identity extends IdentityGrpc.IdentityImplBase {
    @Override
    public void getPluginInfo(
        GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> out) {
      out.onNext(GetPluginInfoResponse.newBuilder().setName(NAME).build());
      out.onCompleted();
    }

    @Override
    public void getPluginCapabilities(
        GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> out) {
      out.onNext(GetPluginCapabilitiesResponse.getDefaultInstance());
      out.onCompleted();
    }
  }

  private final class Node extends NodeGrpc.NodeImplBase {
    @Override
    public void nodeGetCapabilities(
        NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> out) {
      NodeGetCapabilitiesResponse.Builder response = NodeGetCapabilitiesResponse.newBuilder();
      Stream.of(
              NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
              NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
              NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER)
          .forEach(type -> response.addCapabilitiesBuilder().getRpcBuilder().setType(type));
      out.onNext(response.build());
      out.onCompleted();
    }

    @Override
    public void nodeStageVolume(
        NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> out) {
      answer(
          request,
          out,
          NodeStageVolumeResponse.getDefaultInstance(),
          () -> {
            if (request.getVolumeCapability().hasMount()) {
              mount(request.getStagingTargetPath());
            }
          });
    }

    @Override
    public void nodePublishVolume(
        NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> out) {
      Path target = Path.of(request.getTargetPath());
      answer(
          request,
          out,
          NodePublishVolumeResponse.getDefaultInstance(),
          () -> {
            if (request.getVolumeCapability().hasMount()) {
              Files.createDirectories(target);
            } else if (!Files.exists(target)) {
              Files.createFile(target);
            }
            mount(request.getTargetPath());
          });
    }

    @Override
    public void nodeUnpublishVolume(
        NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> out) {
      Path target = Path.of(request.getTargetPath());
      answer(
          request,
          out,
          NodeUnpublishVolumeResponse.getDefaultInstance(),
          () -> {
            mounts.unmount(target);
            Files.deleteIfExists(target);
          });
    }

    @Override
    public void nodeUnstageVolume(
        NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> out) {
      answer(
          request,
          out,
          NodeUnstageVolumeResponse.getDefaultInstance(),
          () -> mounts.unmount(Path.of(request.getStagingTargetPath())));
    }

    @Override
    public void nodeExpandVolume(
        NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> out) {
      answer(request, out, NodeExpandVolumeResponse.getDefaultInstance(), () -> {});
    }
  }
}
