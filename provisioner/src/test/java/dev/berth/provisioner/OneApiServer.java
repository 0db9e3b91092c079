package dev.berth.provisioner;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.kubernetes.ApiConnection;
import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.ApiSettings;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import dev.berth.provisioner.cluster.kubernetes.KubernetesCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real API server for the tests of one class, which take away what they made. */
final class OneApiServer implements AutoCloseable {
  private static final List<Kind<?>> LEFT_BEHIND =
      List.of(
          Kind.POD,
          Kind.VOLUME_ATTACHMENT,
          Kind.CLAIM,
          Kind.VOLUME,
          Kind.CSI_DRIVER,
          Kind.CSI_NODE,
          Kind.NODE,
          Kind.EVENT,
          Kind.SECRET);

  private final ApiServer server;
  private final ApiConnection ours;

  /** Starts it; the test is skipped where it cannot be had. */
  OneApiServer() {
    server = ApiServer.start(Binaries.orSkip());
    ours =
        ApiConnection.open(
            ApiSettings.of(
                Optional.of(server.kubeconfig(ApiServer.ADMIN)), "test", (_, _, _, _) -> {}));
  }

  @Override
  public void close() {
    try (var _ = server;
        var _ = ours) {
      // closed in reverse order
    }
  }

  Cluster open(List<CacheSpec<?>> specs) {
    return open(ours, specs);
  }

  private static KubernetesCluster open(ApiConnection connection, List<CacheSpec<?>> specs) {
    try {
      return KubernetesCluster.open(connection, specs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Objects of one test are not for the next. */
  void empty() {
    List<CacheSpec<?>> specs = new ArrayList<>();
    LEFT_BEHIND.forEach(kind -> specs.add(CacheSpec.of(kind)));
    try (KubernetesCluster cluster = open(ours, specs)) {
      for (Kind<?> kind : LEFT_BEHIND) {
        cluster.list(kind).forEach(object -> remove(cluster, kind, object));
      }
    }
  }

  private static void remove(Cluster cluster, Kind<?> kind, HasMetadata object) {
    Key key = Key.of(object);
    try {
      if (!object.getMetadata().getFinalizers().isEmpty()) {
        cluster.patch(kind, key, JsonPatch.of(JsonPatch.remove("/metadata/finalizers")));
      }
      cluster.delete(kind, key, Preconditions.NONE);
    } catch (ClusterException.NotFound | ClusterException.Invalid _) {
      // gone meanwhile
    }
  }
}
