package dev.berth.provisioner;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Attaching against a real API server, without any kube-controller-manager. */
final class AttachingIT extends AttachingContract {
  @SuppressWarnings("NullAway.Init") // before all tests
  private static OneApiServer server;

  @BeforeAll
  static void startServer() {
    server = new OneApiServer();
  }

  @AfterAll
  static void stopServer() {
    try (var _ = server) {
      // closed if it started
    }
  }

  @Override
  Cluster open(List<CacheSpec<?>> specs) {
    return server.open(specs);
  }

  @Override
  void close() {
    server.empty();
  }
}
