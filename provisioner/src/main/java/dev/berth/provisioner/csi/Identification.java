package dev.berth.provisioner.csi;

import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.GetPluginInfoResponse;
import dev.berth.csi.v1.GroupControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.GroupControllerGrpc;
import dev.berth.csi.v1.GroupControllerServiceCapability;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeGetCapabilitiesRequest;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.NodeServiceCapability;
import dev.berth.csi.v1.PluginCapability;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Who a driver is and what it can do.
 *
 * @param recordsClaims whether its manifest says that it takes {@link CreationParameters}
 */
record Identification(String name, Capabilities capabilities, boolean recordsClaims) {
  static Identification ask(Channel channel, Duration deadline) {
    var identity = IdentityGrpc.newBlockingStub(channel);
    GetPluginInfoResponse info =
        required(
            "GetPluginInfo",
            () ->
                identity
                    .withDeadlineAfter(deadline)
                    .getPluginInfo(GetPluginInfoRequest.getDefaultInstance()));
    String name = info.getName();
    if (name.isEmpty()) {
      throw new DriverUnavailableException(
          "GetPluginInfo: the driver's name is empty; the CSI specification requires one");
    }
    Set<PluginCapability.Service.Type> plugin = plugin(identity.withDeadlineAfter(deadline));
    return new Identification(
        name,
        new Capabilities(
            plugin,
            controller(ControllerGrpc.newBlockingStub(channel).withDeadlineAfter(deadline)),
            node(NodeGrpc.newBlockingStub(channel).withDeadlineAfter(deadline)),
            plugin.contains(PluginCapability.Service.Type.GROUP_CONTROLLER_SERVICE)
                ? group(GroupControllerGrpc.newBlockingStub(channel).withDeadlineAfter(deadline))
                : Set.of()),
        info.containsManifest(CreationParameters.MANIFEST));
  }

  private static Set<PluginCapability.Service.Type> plugin(
      IdentityGrpc.IdentityBlockingStub identity) {
    return required(
            "GetPluginCapabilities",
            () -> identity.getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance()))
        .getCapabilitiesList()
        .stream()
        .filter(PluginCapability::hasService)
        .map(capability -> capability.getService().getType())
        .collect(Collectors.toSet());
  }

  private static Set<ControllerServiceCapability.RPC.Type> controller(
      ControllerGrpc.ControllerBlockingStub controller) {
    return offered(
        "ControllerGetCapabilities",
        () ->
            controller
                .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList()
                .stream()
                .map(capability -> capability.getRpc().getType())
                .collect(Collectors.toSet()));
  }

  private static Set<NodeServiceCapability.RPC.Type> node(NodeGrpc.NodeBlockingStub node) {
    return offered(
        "NodeGetCapabilities",
        () ->
            node
                .nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList()
                .stream()
                .map(capability -> capability.getRpc().getType())
                .collect(Collectors.toSet()));
  }

  private static Set<GroupControllerServiceCapability.RPC.Type> group(
      GroupControllerGrpc.GroupControllerBlockingStub group) {
    return offered(
        "GroupControllerGetCapabilities",
        () ->
            group
                .groupControllerGetCapabilities(
                    GroupControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList()
                .stream()
                .map(capability -> capability.getRpc().getType())
                .collect(Collectors.toSet()));
  }

  private static <T> Set<T> offered(String call, Supplier<Set<T>> answer) {
    try {
      return answer.get();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        return Set.of(); // a driver of one half answers so for the other
      }
      throw new DriverUnavailableException(call + ": " + e.getMessage());
    }
  }

  private static <T> T required(String call, Supplier<T> answer) {
    try {
      return answer.get();
    } catch (StatusRuntimeException e) {
      throw new DriverUnavailableException(call + ": " + e.getMessage());
    }
  }
}
