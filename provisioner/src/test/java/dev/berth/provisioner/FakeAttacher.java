package dev.berth.provisioner;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGetCapabilitiesResponse;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.ControllerUnpublishVolumeResponse;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesResponse;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.GetPluginInfoResponse;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeGetCapabilitiesRequest;
import dev.berth.csi.v1.NodeGetCapabilitiesResponse;
import dev.berth.csi.v1.NodeGetInfoRequest;
import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodePublishVolumeResponse;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeResponse;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.Deadlines;
import dev.berth.provisioner.pod.FakeHostMounts;
import dev.berth.provisioner.pod.HostMounts;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A CSI driver in memory that attaches volumes to nodes, over a real gRPC channel: idempotent as
 * the specification asks, strict about what may not be, and able to fail a call before or after its
 * work is done. It knows every volume whose id begins with {@code vol-} and every node whose id
 * begins with {@code id-of-}. On the node it mounts into a table that only remembers.
 */
public final class FakeAttacher implements AutoCloseable {
  public static final String NAME = "attaching.csi.berth.dev";

  private record Fault(Status status, boolean after) {}

  private final Server server;
  private final ManagedChannel channel;
  private final CsiDriver driver;
  private final FakeHostMounts mounts = new FakeHostMounts();
  private final FakeAttachments attachments = new FakeAttachments();

  @GuardedBy("this")
  private final List<NodePublishVolumeRequest> mounted = new ArrayList<>();

  @GuardedBy("this")
  private final Map<String, Deque<Fault>> faults = new HashMap<>();

  @GuardedBy("this")
  private final List<String> calls = new ArrayList<>();

  public FakeAttacher() {
    String name = InProcessServerBuilder.generateName();
    try {
      this.server =
          InProcessServerBuilder.forName(name)
              .addService(new Identity())
              .addService(new Controller())
              .addService(new Node())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.channel = InProcessChannelBuilder.forName(name).build();
    this.driver = CsiDriver.connect(channel, Deadlines.DEFAULT);
  }

  public CsiDriver driver() {
    return driver;
  }

  /** The next call of this name fails and nothing has been done. */
  public synchronized FakeAttacher fail(String call, Status status) {
    faults.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(new Fault(status, false));
    return this;
  }

  /** The next call of this name is carried out, but its caller never learns. */
  public synchronized FakeAttacher loseReply(String call, Status status) {
    faults.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(new Fault(status, true));
    return this;
  }

  /** The nodes, by the ids that the driver knows, that have a volume. */
  public Set<String> nodesOf(String volume) {
    return attachments.nodesOf(volume);
  }

  /** The most nodes that ever had one single-node volume at a time. */
  public int most() {
    return attachments.most();
  }

  /** {@code ControllerPublishVolume vol-1 id-of-node} and the like, in their order. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** What ControllerPublishVolume was asked, in order. */
  public List<ControllerPublishVolumeRequest> requests() {
    return attachments.requests();
  }

  /** The kernel of the node. */
  public HostMounts mounts() {
    return mounts;
  }

  /** What NodePublishVolume was asked, in order. */
  public synchronized List<NodePublishVolumeRequest> mounted() {
    return List.copyOf(mounted);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private <T> void answer(String call, String what, StreamObserver<T> out, Supplier<T> work) {
    Optional<Fault> fault;
    synchronized (this) {
      calls.add(call + " " + what);
      fault = Optional.ofNullable(faults.getOrDefault(call, new ArrayDeque<>()).poll());
    }
    try {
      if (fault.filter(f -> !f.after()).isPresent()) {
        throw fault.get().status().asRuntimeException();
      }
      T answer = work.get();
      if (fault.isPresent()) {
        throw fault.get().status().asRuntimeException();
      }
      out.onNext(answer);
      out.onCompleted();
    } catch (StatusRuntimeException e) {
      out.onError(e);
    }
  }

  private static final class Identity extends IdentityGrpc.IdentityImplBase {
    @Override
    public void getPluginInfo(
        GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> out) {
      out.onNext(GetPluginInfoResponse.newBuilder().setName(NAME).setVendorVersion("test").build());
      out.onCompleted();
    }

    @Override
    public void getPluginCapabilities(
        GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> out) {
      GetPluginCapabilitiesResponse.Builder response = GetPluginCapabilitiesResponse.newBuilder();
      response
          .addCapabilitiesBuilder()
          .getServiceBuilder()
          .setType(PluginCapability.Service.Type.CONTROLLER_SERVICE);
      out.onNext(response.build());
      out.onCompleted();
    }
  }

  private final class Controller extends ControllerGrpc.ControllerImplBase {
    @Override
    public void controllerGetCapabilities(
        ControllerGetCapabilitiesRequest request,
        StreamObserver<ControllerGetCapabilitiesResponse> out) {
      ControllerGetCapabilitiesResponse.Builder response =
          ControllerGetCapabilitiesResponse.newBuilder();
      for (var type :
          List.of(
              ControllerServiceCapability.RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
              ControllerServiceCapability.RPC.Type.PUBLISH_READONLY)) {
        response.addCapabilitiesBuilder().getRpcBuilder().setType(type);
      }
      out.onNext(response.build());
      out.onCompleted();
    }

    @Override
    public void controllerPublishVolume(
        ControllerPublishVolumeRequest request,
        StreamObserver<ControllerPublishVolumeResponse> out) {
      answer(
          "ControllerPublishVolume",
          request.getVolumeId() + " " + request.getNodeId(),
          out,
          () -> attachments.publish(request));
    }

    @Override
    public void controllerUnpublishVolume(
        ControllerUnpublishVolumeRequest request,
        StreamObserver<ControllerUnpublishVolumeResponse> out) {
      answer(
          "ControllerUnpublishVolume",
          request.getVolumeId() + " " + request.getNodeId(),
          out,
          () -> attachments.unpublish(request));
    }
  }

  private final class Node extends NodeGrpc.NodeImplBase {
    @Override
    public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> out) {
      out.onNext(NodeGetInfoResponse.newBuilder().setNodeId("id-of-node-one").build());
      out.onCompleted();
    }

    @Override
    public void nodeGetCapabilities(
        NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> out) {
      out.onNext(NodeGetCapabilitiesResponse.getDefaultInstance());
      out.onCompleted();
    }

    @Override
    public void nodePublishVolume(
        NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> out) {
      answer(
          "NodePublishVolume",
          request.getVolumeId(),
          out,
          () -> {
            synchronized (FakeAttacher.this) {
              mounted.add(request);
            }
            Path target = Path.of(request.getTargetPath());
            try {
              Files.createDirectories(target);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            mounts.tmpfs(target, OptionalLong.empty());
            return NodePublishVolumeResponse.getDefaultInstance();
          });
    }

    @Override
    public void nodeUnpublishVolume(
        NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> out) {
      answer(
          "NodeUnpublishVolume",
          request.getVolumeId(),
          out,
          () -> {
            mounts.unmount(Path.of(request.getTargetPath()));
            return NodeUnpublishVolumeResponse.getDefaultInstance();
          });
    }
  }
}
