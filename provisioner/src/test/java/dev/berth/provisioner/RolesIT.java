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
import dev.berth.provisioner.cluster.kubernetes.RequestObserver;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The roles against a real API server, without any kube-controller-manager. */
final class RolesIT extends RolesContract {
  private static final List<Kind<?>> LEFT_BEHIND =
      List.of(
          Kind.CLAIM,
          Kind.VOLUME,
          Kind.STORAGE_CLASS,
          Kind.NODE,
          Kind.CSI_STORAGE_CAPACITY,
          Kind.ADMISSION_POLICY_BINDING,
          Kind.ADMISSION_POLICY,
          Kind.SECRET);

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiConnection ours;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiConnection theirs;

  private static final Map<String, LongAdder> REQUESTS = new ConcurrentHashMap<>();

  private boolean first = true;

  @BeforeAll
  static void startServer() {
    server = ApiServer.start(Binaries.orSkip());
    ours = connect((_, _, _, _) -> {});
    theirs = connect(RolesIT::count);
  }

  private static ApiConnection connect(RequestObserver observer) {
    return ApiConnection.open(
        ApiSettings.of(Optional.of(server.kubeconfig(ApiServer.ADMIN)), "test", observer));
  }

  private static void count(String verb, String resource, int code, Duration took) {
    REQUESTS.computeIfAbsent(verb + " " + resource + " " + code, _ -> new LongAdder()).increment();
  }

  @AfterAll
  static void stopServer() {
    try (var _ = server;
        var _ = ours;
        var _ = theirs) {
      // closed in reverse order
    }
  }

  @Override
  Cluster open(List<CacheSpec<?>> specs) {
    ApiConnection connection = first ? ours : theirs;
    first = false;
    return open(connection, specs);
  }

  private static KubernetesCluster open(ApiConnection connection, List<CacheSpec<?>> specs) {
    try {
      return KubernetesCluster.open(connection, specs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  long requests() {
    Map<String, Long> sorted = new TreeMap<>();
    REQUESTS.forEach((name, count) -> sorted.put(name, count.sum()));
    System.out.println("requests of the roles so far: " + sorted);
    return sorted.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Objects of one test are not for the next. */
  @Override
  void close() {
    List<CacheSpec<?>> specs = new ArrayList<>();
    LEFT_BEHIND.forEach(kind -> specs.add(CacheSpec.of(kind)));
    try (KubernetesCluster cluster = open(ours, specs)) {
      for (Kind<?> kind : LEFT_BEHIND) {
        cluster.list(kind).forEach(object -> remove(cluster, kind, object));
      }
    }
  }

  static void remove(Cluster cluster, Kind<?> kind, HasMetadata object) {
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
