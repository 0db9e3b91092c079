package dev.berth.provisioner;

import dev.berth.csi.v1.CreateVolumeRequest;
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
import dev.berth.csi.v1.NodeServiceCapability;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.Volume;
import dev.berth.provisioner.csi.CreationParameters;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.Deadlines;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A CSI driver in memory, over a real gRPC channel: idempotent by name as the specification asks,
 * and able to fail a call before or after its work is done.
 */
public final class FakeCsi implements AutoCloseable {
  public static final String NAME = "fake.csi.berth.dev";
  public static final String TOPOLOGY = "topology.fake.csi.berth.dev/node";
  public static final String NODE = "node-1";

  private final String nodeName;
  private final boolean recordsClaims;
  private final Server running;
  private final ManagedChannel channel;
  private final CsiDriver driver;
  private final Answers answers = new Answers();
  private final FakeSnapshots snapshots = new FakeSnapshots();
  private final FakeVolumes volumes;
  private final FakeController controller;

  public FakeCsi() {
    this(NODE);
  }

  /** A driver whose volumes are on this node. */
  public FakeCsi(String nodeName) {
    this(nodeName, false);
  }

  /** The same, which may ask to be told for which cluster and claim it makes volumes. */
  public FakeCsi(String nodeName, boolean recordsClaims) {
    this.nodeName = nodeName;
    this.recordsClaims = recordsClaims;
    this.volumes = new FakeVolumes(nodeName, snapshots);
    this.controller = new FakeController(answers, volumes, snapshots);
    String server = InProcessServerBuilder.generateName();
    try {
      this.running =
          InProcessServerBuilder.forName(server)
              .addService(new Identity())
              .addService(controller)
              .addService(new FakeGroupController(answers, volumes, snapshots))
              .addService(new Node())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.channel = InProcessChannelBuilder.forName(server).build();
    this.driver = CsiDriver.connect(channel, Deadlines.DEFAULT);
  }

  public CsiDriver driver() {
    return driver;
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** The next call of this name fails and nothing has been done. */
  public FakeCsi fail(String call, Status status) {
    answers.fail(call, status);
    return this;
  }

  /** The next call of this name is carried out, but its caller never learns. */
  public FakeCsi loseReply(String call, Status status) {
    answers.loseReply(call, status);
    return this;
  }

  /** CreateVolume does not answer until the latch is released. */
  public void holdCreate(CountDownLatch latch) {
    controller.holdCreate(latch);
  }

  /** How often CreateVolume has been called, answered or not. */
  public int creating() {
    return controller.creating();
  }

  /** The pool has so many bytes, of which volumes take theirs. */
  public void poolSize(long bytes) {
    volumes.poolSize(bytes);
  }

  /** The secrets of each CreateVolume, DeleteVolume and ControllerExpandVolume, in order. */
  public List<Map<String, String>> secrets() {
    return volumes.secrets();
  }

  public void nodeExpansionRequired(boolean required) {
    controller.nodeExpansionRequired(required);
  }

  /** The names of the volumes that exist. */
  public List<String> volumes() {
    return volumes.names();
  }

  public Optional<Volume> volume(String name) {
    return volumes.named(name);
  }

  public Optional<CreateVolumeRequest> request(String name) {
    return volumes.request(name);
  }

  /** The mutable parameters that a volume has. */
  public Map<String, String> attributes(String id) {
    return volumes.attributes(id);
  }

  /** Whether volumes are filled from their source; one that does not know the field is not. */
  public void fills(boolean does) {
    volumes.fills(does);
  }

  /** How many volumes were ever made; a second for one name would count. */
  public int made() {
    return volumes.made();
  }

  /** The snapshots that exist, single and in groups. */
  FakeSnapshots snapshots() {
    return snapshots;
  }

  public List<String> calls() {
    return answers.calls();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    running.shutdownNow();
  }

  private final class Identity extends IdentityGrpc.IdentityImplBase {
    @Override
    public void getPluginInfo(
        GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> out) {
      GetPluginInfoResponse.Builder info =
          GetPluginInfoResponse.newBuilder().setName(NAME).setVendorVersion("test");
      if (recordsClaims) {
        info.putManifest(CreationParameters.MANIFEST, "true");
      }
      out.onNext(info.build());
      out.onCompleted();
    }

    @Override
    public void getPluginCapabilities(
        GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> out) {
      GetPluginCapabilitiesResponse.Builder response = GetPluginCapabilitiesResponse.newBuilder();
      for (var type :
          List.of(
              PluginCapability.Service.Type.CONTROLLER_SERVICE,
              PluginCapability.Service.Type.GROUP_CONTROLLER_SERVICE,
              PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS)) {
        response.addCapabilitiesBuilder().getServiceBuilder().setType(type);
      }
      out.onNext(response.build());
      out.onCompleted();
    }
  }

  private final class Node extends NodeGrpc.NodeImplBase {
    @Override
    public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> out) {
      out.onNext(
          NodeGetInfoResponse.newBuilder()
              .setNodeId(nodeName)
              .setAccessibleTopology(Topology.newBuilder().putSegments(TOPOLOGY, nodeName))
              .build());
      out.onCompleted();
    }

    @Override
    public void nodeGetCapabilities(
        NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> out) {
      NodeGetCapabilitiesResponse.Builder response = NodeGetCapabilitiesResponse.newBuilder();
      response
          .addCapabilitiesBuilder()
          .getRpcBuilder()
          .setType(NodeServiceCapability.RPC.Type.EXPAND_VOLUME);
      out.onNext(response.build());
      out.onCompleted();
    }
  }
}
