package dev.berth.provisioner;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.ControllerUnpublishVolumeResponse;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which volumes are attached where, by the rules of the CSI specification. */
final class FakeAttachments {
  private static final Set<Mode> MANY_NODES =
      Set.of(
          Mode.MULTI_NODE_READER_ONLY, Mode.MULTI_NODE_SINGLE_WRITER, Mode.MULTI_NODE_MULTI_WRITER);

  @GuardedBy("this")
  private final Map<String, Map<String, ControllerPublishVolumeRequest>> attached = new HashMap<>();

  @GuardedBy("this")
  private final List<ControllerPublishVolumeRequest> requests = new ArrayList<>();

  @GuardedBy("this")
  private int most;

  synchronized Set<String> nodesOf(String volume) {
    return new TreeSet<>(attached.getOrDefault(volume, Map.of()).keySet());
  }

  synchronized int most() {
    return most;
  }

  synchronized List<ControllerPublishVolumeRequest> requests() {
    return List.copyOf(requests);
  }

  synchronized ControllerPublishVolumeResponse publish(ControllerPublishVolumeRequest given) {
    requests.add(given);
    ControllerPublishVolumeRequest request = given.toBuilder().clearSecrets().build();
    require(!request.getVolumeId().isEmpty(), Status.INVALID_ARGUMENT, "volume_id is empty");
    require(!request.getNodeId().isEmpty(), Status.INVALID_ARGUMENT, "node_id is empty");
    require(request.hasVolumeCapability(), Status.INVALID_ARGUMENT, "volume_capability is missing");
    require(
        request.getVolumeId().startsWith("vol-"),
        Status.NOT_FOUND,
        "volume " + request.getVolumeId() + " does not exist");
    require(
        request.getNodeId().startsWith("id-of-"),
        Status.NOT_FOUND,
        "node " + request.getNodeId() + " does not exist");
    Map<String, ControllerPublishVolumeRequest> nodes =
        attached.computeIfAbsent(request.getVolumeId(), _ -> new TreeMap<>());
    ControllerPublishVolumeRequest before = nodes.get(request.getNodeId());
    require(
        before == null || before.equals(request),
        Status.ALREADY_EXISTS,
        "published there with another capability or readonly");
    boolean one = !MANY_NODES.contains(request.getVolumeCapability().getAccessMode().getMode());
    require(
        before != null || !one || nodes.isEmpty(),
        Status.FAILED_PRECONDITION,
        "volume " + request.getVolumeId() + " is published on " + nodes.keySet());
    nodes.put(request.getNodeId(), request);
    most = one ? Math.max(most, nodes.size()) : most;
    return ControllerPublishVolumeResponse.newBuilder()
        .putPublishContext("device", "/dev/of/" + request.getNodeId())
        .build();
  }

  synchronized ControllerUnpublishVolumeResponse unpublish(
      ControllerUnpublishVolumeRequest request) {
    require(!request.getVolumeId().isEmpty(), Status.INVALID_ARGUMENT, "volume_id is empty");
    Map<String, ControllerPublishVolumeRequest> nodes =
        attached.getOrDefault(request.getVolumeId(), new HashMap<>());
    if (request.getNodeId().isEmpty()) {
      nodes.clear();
    } else {
      nodes.remove(request.getNodeId());
    }
    return ControllerUnpublishVolumeResponse.getDefaultInstance();
  }

  private static void require(boolean holds, Status otherwise, String why) {
    if (!holds) {
      throw otherwise.withDescription(why).asRuntimeException();
    }
  }
}
