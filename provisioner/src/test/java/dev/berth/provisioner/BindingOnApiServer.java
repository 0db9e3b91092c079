package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.kubernetes.ApiConnection;
import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.ApiSettings;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import dev.berth.provisioner.cluster.kubernetes.KubernetesCluster;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Binding over a real API server, where no kube-controller-manager binds. */
abstract class BindingOnApiServer extends BindingContract {
  private static final List<Kind<?>> LEFT_BEHIND =
      List.of(
          Kind.POD,
          Kind.CLAIM,
          Kind.VOLUME,
          Kind.STORAGE_CLASS,
          Kind.CSI_STORAGE_CAPACITY,
          Kind.EVENT);

  @SuppressWarnings("NullAway.Init") // before all tests
  static ApiServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiConnection connection;

  @BeforeAll
  static void startServer() {
    server = ApiServer.start(Binaries.orSkip());
    connection =
        ApiConnection.open(
            ApiSettings.of(
                Optional.of(server.kubeconfig(ApiServer.ADMIN)), "test", (_, _, _, _) -> {}));
  }

  @AfterAll
  static void stopServer() {
    try (var _ = server;
        var _ = connection) {
      // closed in reverse order
    }
  }

  @Override
  Cluster open() {
    try {
      return KubernetesCluster.open(connection, StandaloneBinder.CACHES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  void clean() {
    try (Cluster _ = cluster) {
      for (Kind<?> kind : LEFT_BEHIND) {
        cluster.list(kind).forEach(object -> RolesIT.remove(cluster, kind, object));
      }
    }
  }
}
