package dev.berth.node.registration;

import dev.berth.pluginregistration.v1.InfoRequest;
import dev.berth.pluginregistration.v1.PluginInfo;
import dev.berth.pluginregistration.v1.RegistrationGrpc;
import dev.berth.pluginregistration.v1.RegistrationStatus;
import dev.berth.pluginregistration.v1.RegistrationStatusResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/** What the kubelet asks on a registration socket. */
final class RegistrationService extends RegistrationGrpc.RegistrationImplBase {
  /** How the kubelet calls CSI drivers among its plugins. */
  private static final String TYPE = "CSIPlugin";

  /** The version of the plugin's API: the kubelet takes a driver whose major number is 1. */
  private static final String CSI_VERSION = "1.0.0";

  private final KubeletDriver driver;
  private final Consumer<RegistrationStatus> verdict;

  RegistrationService(KubeletDriver driver, Consumer<RegistrationStatus> verdict) {
    this.driver = driver;
    this.verdict = verdict;
  }

  @Override
  public void getInfo(InfoRequest q, StreamObserver<PluginInfo> out) {
    out.onNext(
        PluginInfo.newBuilder()
            .setType(TYPE)
            .setName(driver.name())
            .setEndpoint(driver.endpoint().socket().toString())
            .addSupportedVersions(CSI_VERSION)
            .build());
    out.onCompleted();
  }

  @Override
  public void notifyRegistrationStatus(
      RegistrationStatus q, StreamObserver<RegistrationStatusResponse> out) {
    verdict.accept(q);
    out.onNext(RegistrationStatusResponse.getDefaultInstance());
    out.onCompleted();
  }
}
