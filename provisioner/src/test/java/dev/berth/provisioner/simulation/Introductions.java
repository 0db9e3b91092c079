package dev.berth.provisioner.simulation;

import dev.berth.csi.v1.ControllerGetCapabilitiesResponse;
import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.csi.v1.GetPluginCapabilitiesResponse;
import dev.berth.csi.v1.GetPluginInfoResponse;
import dev.berth.csi.v1.NodeGetCapabilitiesResponse;
import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.csi.v1.NodeServiceCapability;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.FakeCsi;
import io.grpc.Status;
import java.util.function.Supplier;

/** What the driver of a node says of itself; it never fails at that. */
final class Introductions {
  private Introductions() {}

  static Object of(String node, String method, Supplier<GetCapacityResponse> capacity) {
    return switch (method) {
      case "GetPluginInfo" ->
          GetPluginInfoResponse.newBuilder().setName(FakeCsi.NAME).setVendorVersion("1").build();
      case "GetPluginCapabilities" -> plugin();
      case "ControllerGetCapabilities" -> controller();
      case "NodeGetCapabilities" -> node();
      case "NodeGetInfo" ->
          NodeGetInfoResponse.newBuilder()
              .setNodeId(node)
              .setAccessibleTopology(Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, node))
              .build();
      case "GetCapacity" -> capacity.get();
      default -> throw Status.UNIMPLEMENTED.withDescription(method).asRuntimeException();
    };
  }

  private static GetPluginCapabilitiesResponse plugin() {
    var response = GetPluginCapabilitiesResponse.newBuilder();
    for (var type :
        new PluginCapability.Service.Type[] {
          PluginCapability.Service.Type.CONTROLLER_SERVICE,
          PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS
        }) {
      response.addCapabilitiesBuilder().getServiceBuilder().setType(type);
    }
    return response.build();
  }

  private static ControllerGetCapabilitiesResponse controller() {
    var response = ControllerGetCapabilitiesResponse.newBuilder();
    for (var type :
        new ControllerServiceCapability.RPC.Type[] {
          ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME,
          ControllerServiceCapability.RPC.Type.EXPAND_VOLUME,
          ControllerServiceCapability.RPC.Type.GET_CAPACITY
        }) {
      response.addCapabilitiesBuilder().getRpcBuilder().setType(type);
    }
    return response.build();
  }

  private static NodeGetCapabilitiesResponse node() {
    var response = NodeGetCapabilitiesResponse.newBuilder();
    response
        .addCapabilitiesBuilder()
        .getRpcBuilder()
        .setType(NodeServiceCapability.RPC.Type.EXPAND_VOLUME);
    return response.build();
  }
}
