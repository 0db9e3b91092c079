package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.kubernetes.ApiConnection;
import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.ApiSettings;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import dev.berth.provisioner.cluster.kubernetes.CacheWeight;
import dev.berth.provisioner.cluster.kubernetes.KubernetesCluster;
import dev.berth.provisioner.cluster.kubernetes.RequestObserver;
import dev.berth.provisioner.cluster.kubernetes.WireTap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/**
 * The figures of docs/design/0011-scale.md: what a claim costs in requests, in what every watcher
 * of claims is sent, and in memory. They are printed; what is asserted has room for another
 * machine.
 */
final class ScaleIT {
  private static final String NODE = "node-one";
  private static final int CLAIMS = 20;
  private static final int MANY = 20_000;
  private static final String APPLIED =
      "{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolumeClaim\",\"metadata\":{\"annotations\":{},"
          + "\"name\":\"data-database-0\",\"namespace\":\"default\"},\"spec\":{\"accessModes\":"
          + "[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"64Mi\"}},"
          + "\"storageClassName\":\"local\"}}\n";

  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private boolean first = true;

  @Test
  void what_a_claim_costs_is_known() {
    try (ApiServer server = ApiServer.start(Binaries.orSkip());
        ApiConnection ours = connect(server, (_, _, _, _) -> {});
        ApiConnection theirs = connect(server, this::count)) {
      InstantSource ahead = () -> Clock.systemUTC().instant().plusSeconds(30);
      try (Fleet fleet =
          new Fleet(specs -> open(ours, theirs, specs), ahead.withZone(ZoneOffset.UTC))) {
        fleet.guard();
        var _ = fleet.node(NODE);
        fleet.cluster().create(Objects.waiting("local"));
        var _ = fleet.serve(NODE);
        measure(fleet, ours);
      }
    }
  }

  private void measure(Fleet fleet, ApiConnection connection) {
    try (WireTap claims = WireTap.open(connection, Kind.CLAIM);
        WireTap volumes = WireTap.open(connection, Kind.VOLUME)) {
      requests.clear();
      for (int i = 0; i < CLAIMS; i++) {
        fleet.cluster().create(claim("data-" + i));
        fleet.select("data-" + i, NODE);
      }
      for (int i = 0; i < CLAIMS; i++) {
        var _ = fleet.bound("data-" + i);
      }
      await().atMost(Fleet.PATIENCE).during(Duration.ofSeconds(1)).until(() -> quiet(claims));
      long asked = requests.values().stream().mapToLong(LongAdder::sum).sum();
      Map<String, Long> sorted = new TreeMap<>();
      requests.forEach((name, count) -> sorted.put(name, count.sum()));
      print(
          "requests of the node for each claim: %.2f %s"
              .formatted(asked / (double) CLAIMS, sorted));
      print(
          "each watcher of all claims: %.2f events and %d bytes for each claim, from nothing to bound"
              .formatted(claims.events() / (double) CLAIMS, claims.bytes() / CLAIMS));
      print(
          "each watcher of all PVs: %.2f events and %d bytes"
              .formatted(volumes.events() / (double) CLAIMS, volumes.bytes() / CLAIMS));
      print(
          "listed: %d bytes for a bound claim, %d for a bound PV"
              .formatted(
                  WireTap.listed(connection, Kind.CLAIM) / CLAIMS,
                  WireTap.listed(connection, Kind.VOLUME) / CLAIMS));
      assertThat(asked / CLAIMS).isLessThanOrEqualTo(8);
      assertThat(claims.events() / CLAIMS).isLessThanOrEqualTo(7);
    }
    weigh(fleet);
  }

  private static void weigh(Fleet fleet) {
    List<CacheSpec<?>> specs = NodeRole.caches(fleet.settings(NODE));
    var claim = fleet.claim("data-0").raw();
    var volume = fleet.volumeOf("data-0").orElseThrow().raw();
    CacheWeight claims = CacheWeight.of(of(specs, Kind.CLAIM), claim, MANY);
    CacheWeight volumes = CacheWeight.of(of(specs, Kind.VOLUME), volume, MANY);
    print(
        "cached: %d bytes for a bound claim of the node, %d for its PV; %d claims and %d PVs read in a second of one core"
            .formatted(claims.bytes(), volumes.bytes(), claims.perSecond(), volumes.perSecond()));
    assertThat(claims.bytes()).isLessThan(3_000);
    assertThat(volumes.bytes()).isLessThan(3_000);
  }

  @SuppressWarnings("unchecked") // the specification of a kind is of its type
  private static <T extends HasMetadata> CacheSpec<T> of(List<CacheSpec<?>> specs, Kind<T> kind) {
    return (CacheSpec<T>)
        specs.stream().filter(spec -> spec.kind().equals(kind)).findFirst().orElseThrow();
  }

  private static boolean quiet(WireTap tap) {
    assertThat(tap.ended()).isEmpty();
    return tap.events() >= CLAIMS;
  }

  private static PersistentVolumeClaim claim(String name) {
    return new PersistentVolumeClaimBuilder(Objects.claim(name, "local").build())
        .editMetadata()
        .addToLabels("app.kubernetes.io/name", "database")
        .addToLabels("app.kubernetes.io/instance", "orders")
        .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", APPLIED)
        .endMetadata()
        .build();
  }

  private static ApiConnection connect(ApiServer server, RequestObserver observer) {
    return ApiConnection.open(
        ApiSettings.of(Optional.of(server.kubeconfig(ApiServer.ADMIN)), "test", observer));
  }

  private Cluster open(ApiConnection ours, ApiConnection theirs, List<CacheSpec<?>> specs) {
    ApiConnection connection = first ? ours : theirs;
    first = false;
    try {
      return KubernetesCluster.open(connection, specs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void count(String verb, String resource, int code, Duration took) {
    requests.computeIfAbsent(verb + " " + resource, _ -> new LongAdder()).increment();
  }

  private static void print(String text) {
    System.out.println("scale: " + text);
  }
}
