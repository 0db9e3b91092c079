package dev.berth.program.serve;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.ProbeRequest;
import dev.berth.pluginregistration.v1.InfoRequest;
import dev.berth.pluginregistration.v1.RegistrationGrpc;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Asks our own sockets, as the kubelet would; each time on a new connection, by their names. */
final class SocketChecks {
  /** What livenessprobe waits for Probe. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private SocketChecks() {}

  /** Whether Probe is answered. */
  static Optional<String> csi(Endpoint endpoint) {
    return ask(
        endpoint,
        channel -> {
          var _ =
              IdentityGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                  .probe(ProbeRequest.getDefaultInstance());
        });
  }

  /** Whether GetInfo of the registration socket is answered. */
  static Optional<String> registration(Endpoint endpoint) {
    return ask(
        endpoint,
        channel -> {
          var _ =
              RegistrationGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                  .getInfo(InfoRequest.getDefaultInstance());
        });
  }

  private static Optional<String> ask(Endpoint endpoint, Consumer<Channel> question) {
    try (SocketClient client = new SocketClient(endpoint)) {
      question.accept(client.channel());
      return Optional.empty();
    } catch (StatusRuntimeException e) {
      return Optional.of(endpoint + " does not answer: " + e.getStatus().getCode());
    }
  }
}
