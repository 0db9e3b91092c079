package dev.berth.controller.identity;

import com.google.protobuf.BoolValue;
import dev.berth.controller.parameters.ClassParameters;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.call.Call;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesResponse;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.GetPluginInfoResponse;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.csi.v1.ProbeRequest;
import dev.berth.csi.v1.ProbeResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.VolumeException;
import io.grpc.stub.StreamObserver;

/** The Identity service. */
public final class IdentityService extends IdentityGrpc.IdentityImplBase {
  private final DriverSettings driver;
  private final Pools pools;

  public IdentityService(DriverSettings driver, Pools pools) {
    this.driver = driver;
    this.pools = pools;
  }

  @Override
  public void getPluginInfo(GetPluginInfoRequest q, StreamObserver<GetPluginInfoResponse> out) {
    Call.answer(
        out,
        () ->
            GetPluginInfoResponse.newBuilder()
                .setName(driver.name())
                .setVendorVersion(driver.version())
                .putManifest(ClassParameters.RECORDS_CLAIMS, "true")
                .build());
  }

  @Override
  public void getPluginCapabilities(
      GetPluginCapabilitiesRequest q, StreamObserver<GetPluginCapabilitiesResponse> out) {
    Call.answer(out, this::capabilities);
  }

  /** Volumes of shared pools can be reached from everywhere, so they have no topology. */
  private GetPluginCapabilitiesResponse capabilities() {
    var reply =
        GetPluginCapabilitiesResponse.newBuilder()
            .addCapabilities(service(PluginCapability.Service.Type.CONTROLLER_SERVICE))
            .addCapabilities(service(PluginCapability.Service.Type.GROUP_CONTROLLER_SERVICE))
            .addCapabilities(service(PluginCapability.Service.Type.SNAPSHOT_METADATA_SERVICE));
    if (!driver.isShared()) {
      reply.addCapabilities(
          service(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS));
    }
    if (driver.snapshotTopology()) {
      reply.addCapabilities(
          service(PluginCapability.Service.Type.SNAPSHOT_ACCESSIBILITY_CONSTRAINTS));
    }
    return reply
        .addCapabilities(
            PluginCapability.newBuilder()
                .setVolumeExpansion(
                    PluginCapability.VolumeExpansion.newBuilder()
                        .setType(PluginCapability.VolumeExpansion.Type.ONLINE)))
        .build();
  }

  /**
   * Ready as long as there are pools to speak of. A pool that is missing is no reason to fail: who
   * probes would restart us, which brings no disk back and takes the other pools away. No disk is
   * asked, for one that hangs would make us seem dead as well.
   */
  @Override
  public void probe(ProbeRequest q, StreamObserver<ProbeResponse> out) {
    Call.answer(
        out,
        () -> {
          if (pools.isEmpty()) {
            throw new VolumeException.NotNow(
                "this driver has no pool; start it with --pool NAME=DIR");
          }
          return ProbeResponse.newBuilder().setReady(BoolValue.of(true)).build();
        });
  }

  private static PluginCapability service(PluginCapability.Service.Type type) {
    return PluginCapability.newBuilder()
        .setService(PluginCapability.Service.newBuilder().setType(type))
        .build();
  }
}
