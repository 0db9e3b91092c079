package dev.berth.provisioner;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.Int64Value;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerExpandVolumeResponse;
import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGetCapabilitiesResponse;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.GetCapacityResponse;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A CSI driver in memory, over a real gRPC channel: idempotent by name as the specification asks,
 * and able to fail a call before or after its work is done.
 */
public final class FakeCsi implements AutoCloseable {
  public static final String NAME = "fake.csi.berth.dev";
  public static final String TOPOLOGY = "topology.fake.csi.berth.dev/node";
  public static final String NODE = "node-1";

  private static final long ROUND_TO = 1 << 20;

  private enum When {
    BEFORE,
    AFTER
  }

  private record Fault(Status status, When when) {}

  private final String nodeName;
  private final boolean recordsClaims;
  private final String server;
  private final Server running;
  private final ManagedChannel channel;
  private final CsiDriver driver;

  @GuardedBy("this")
  private final Map<String, Volume> byName = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, CreateVolumeRequest> requests = new HashMap<>();

  @GuardedBy("this")
  private final Map<String, Deque<Fault>> faults = new HashMap<>();

  @GuardedBy("this")
  private final List<String> calls = new ArrayList<>();

  @GuardedBy("this")
  private int made;

  @GuardedBy("this")
  private long poolSize = 1L << 40;

  @GuardedBy("this")
  private final List<Map<String, String>> secrets = new ArrayList<>();

  private final AtomicInteger creating = new AtomicInteger();
  private volatile boolean nodeExpansionRequired = true;
  private volatile @Nullable CountDownLatch hold;

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
    this.server = InProcessServerBuilder.generateName();
    try {
      this.running =
          InProcessServerBuilder.forName(server)
              .addService(new Identity())
              .addService(new Controller())
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
  public synchronized FakeCsi fail(String call, Status status) {
    return fault(call, new Fault(status, When.BEFORE));
  }

  /** The next call of this name is carried out, but its caller never learns. */
  public synchronized FakeCsi loseReply(String call, Status status) {
    return fault(call, new Fault(status, When.AFTER));
  }

  /** CreateVolume does not answer until the latch is released. */
  public void holdCreate(CountDownLatch latch) {
    hold = latch;
  }

  /** How often CreateVolume has been called, answered or not. */
  public int creating() {
    return creating.get();
  }

  /** The pool has so many bytes, of which volumes take theirs. */
  public synchronized void poolSize(long bytes) {
    poolSize = bytes;
  }

  @GuardedBy("this")
  private long free() {
    return poolSize - byName.values().stream().mapToLong(Volume::getCapacityBytes).sum();
  }

  private synchronized void told(Map<String, String> given) {
    secrets.add(given);
  }

  /** The secrets of each CreateVolume, DeleteVolume and ControllerExpandVolume, in order. */
  public synchronized List<Map<String, String>> secrets() {
    return List.copyOf(secrets);
  }

  public void nodeExpansionRequired(boolean required) {
    nodeExpansionRequired = required;
  }

  /** The names of the volumes that exist. */
  public synchronized List<String> volumes() {
    return List.copyOf(byName.keySet());
  }

  public synchronized Optional<Volume> volume(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public synchronized Optional<CreateVolumeRequest> request(String name) {
    return Optional.ofNullable(requests.get(name));
  }

  /** How many volumes were ever made; a second for one name would count. */
  public synchronized int made() {
    return made;
  }

  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    running.shutdownNow();
  }

  @GuardedBy("this")
  private FakeCsi fault(String call, Fault fault) {
    faults.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(fault);
    return this;
  }

  private <T> void answer(String call, StreamObserver<T> out, Supplier<T> work) {
    Optional<Fault> fault;
    synchronized (this) {
      calls.add(call);
      fault = Optional.ofNullable(faults.getOrDefault(call, new ArrayDeque<>()).poll());
    }
    if (fault.filter(f -> f.when() == When.BEFORE).isPresent()) {
      out.onError(fault.get().status().asException());
      return;
    }
    try {
      T answer = work.get();
      if (fault.isPresent()) {
        out.onError(fault.get().status().asException());
        return;
      }
      out.onNext(answer);
      out.onCompleted();
    } catch (io.grpc.StatusRuntimeException e) {
      out.onError(e);
    }
  }

  private synchronized Volume create(CreateVolumeRequest given) {
    secrets.add(given.getSecretsMap());
    CreateVolumeRequest request = given.toBuilder().clearSecrets().build();
    CreateVolumeRequest before = requests.get(request.getName());
    if (before != null && !before.equals(request)) {
      throw Status.ALREADY_EXISTS
          .withDescription("name " + request.getName() + " is taken")
          .asRuntimeException();
    }
    Volume there = byName.get(request.getName());
    if (there != null) {
      return there;
    }
    long size = request.getCapacityRange().getRequiredBytes();
    if (size > free()) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("pool main has " + free() + " bytes free")
          .asRuntimeException();
    }
    Volume volume =
        Volume.newBuilder()
            .setVolumeId((nodeName.equals(NODE) ? "pool0001." : nodeName + ".") + request.getName())
            .setCapacityBytes(Math.ceilDiv(size, ROUND_TO) * ROUND_TO)
            .putVolumeContext("pool", "main")
            .addAccessibleTopology(Topology.newBuilder().putSegments(TOPOLOGY, nodeName))
            .build();
    byName.put(request.getName(), volume);
    requests.put(request.getName(), request);
    made++;
    return volume;
  }

  private synchronized void delete(DeleteVolumeRequest request) {
    String id = request.getVolumeId();
    secrets.add(request.getSecretsMap());
    byName.values().removeIf(volume -> volume.getVolumeId().equals(id));
    requests.keySet().retainAll(byName.keySet());
  }

  private synchronized long expand(ControllerExpandVolumeRequest request) {
    long wanted = request.getCapacityRange().getRequiredBytes();
    var found =
        byName.entrySet().stream()
            .filter(entry -> entry.getValue().getVolumeId().equals(request.getVolumeId()))
            .findFirst()
            .orElseThrow(() -> Status.NOT_FOUND.asRuntimeException());
    long size = Math.max(wanted, found.getValue().getCapacityBytes());
    found.setValue(found.getValue().toBuilder().setCapacityBytes(size).build());
    return size;
  }

  private synchronized GetCapacityResponse capacity() {
    return GetCapacityResponse.newBuilder()
        .setAvailableCapacity(free())
        .setMaximumVolumeSize(Int64Value.of(free()))
        .build();
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
      response
          .addCapabilitiesBuilder()
          .getServiceBuilder()
          .setType(PluginCapability.Service.Type.CONTROLLER_SERVICE);
      response
          .addCapabilitiesBuilder()
          .getServiceBuilder()
          .setType(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS);
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
              ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME,
              ControllerServiceCapability.RPC.Type.EXPAND_VOLUME,
              ControllerServiceCapability.RPC.Type.GET_CAPACITY,
              ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER)) {
        response.addCapabilitiesBuilder().getRpcBuilder().setType(type);
      }
      out.onNext(response.build());
      out.onCompleted();
    }

    @Override
    public void createVolume(
        CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> out) {
      creating.incrementAndGet();
      CountDownLatch latch = hold;
      if (latch != null) {
        try {
          latch.await();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      }
      answer(
          "CreateVolume",
          out,
          () -> CreateVolumeResponse.newBuilder().setVolume(create(request)).build());
    }

    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> out) {
      answer(
          "DeleteVolume",
          out,
          () -> {
            delete(request);
            return DeleteVolumeResponse.getDefaultInstance();
          });
    }

    @Override
    public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> out) {
      answer("GetCapacity", out, FakeCsi.this::capacity);
    }

    @Override
    public void controllerExpandVolume(
        ControllerExpandVolumeRequest request, StreamObserver<ControllerExpandVolumeResponse> out) {
      told(request.getSecretsMap());
      answer(
          "ControllerExpandVolume",
          out,
          () ->
              ControllerExpandVolumeResponse.newBuilder()
                  .setCapacityBytes(expand(request))
                  .setNodeExpansionRequired(nodeExpansionRequired)
                  .build());
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
