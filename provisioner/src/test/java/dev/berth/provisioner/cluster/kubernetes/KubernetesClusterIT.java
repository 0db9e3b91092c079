package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterContract;
import dev.berth.provisioner.cluster.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The cluster behind a real API server keeps the contract that the embedded one keeps. */
final class KubernetesClusterIT extends ClusterContract {
  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiConnection connection;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static KubernetesCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start(Binaries.orSkip());
    connection =
        ApiConnection.open(
            ApiSettings.of(
                Optional.of(server.kubeconfig(ApiServer.ADMIN)), "test", (_, _, _, _) -> {}));
    List<CacheSpec<?>> all = new ArrayList<>();
    Kind.ALL.stream().filter(k -> !k.isCustom()).forEach(kind -> all.add(CacheSpec.of(kind)));
    cluster = KubernetesCluster.open(connection, all);
  }

  @AfterAll
  static void stop() {
    try (var _ = server;
        var _ = connection;
        var _ = cluster) {
      // closed in reverse order
    }
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  protected void open() {
    // once for all: each test has a namespace of its own
  }
}
