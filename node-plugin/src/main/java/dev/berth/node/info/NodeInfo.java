package dev.berth.node.info;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.NodeGetCapabilitiesResponse;
import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.csi.v1.NodeServiceCapability;
import java.util.List;

/** NodeGetInfo and NodeGetCapabilities. */
public final class NodeInfo {
  private static final List<NodeServiceCapability.RPC.Type> CAPABILITIES =
      List.of(
          NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
          NodeServiceCapability.RPC.Type.GET_VOLUME_STATS,
          NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
          NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER,
          NodeServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
          NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH);

  private final DriverSettings driver;

  public NodeInfo(DriverSettings driver) {
    this.driver = driver;
  }

  /** A limit is the operator's: the kernel makes loop devices as they are asked for. */
  public NodeGetInfoResponse info() {
    var reply =
        NodeGetInfoResponse.newBuilder()
            .setNodeId(driver.nodeId())
            .setMaxVolumesPerNode(driver.attachLimit());
    driver.topology().ifPresent(reply::setAccessibleTopology);
    return reply.build();
  }

  public NodeGetCapabilitiesResponse capabilities() {
    var reply = NodeGetCapabilitiesResponse.newBuilder();
    for (NodeServiceCapability.RPC.Type type : CAPABILITIES) {
      reply.addCapabilities(
          NodeServiceCapability.newBuilder()
              .setRpc(NodeServiceCapability.RPC.newBuilder().setType(type)));
    }
    return reply.build();
  }
}
