package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cache leaves away stays on the server, and what is not allowed is named. */
final class PermissionsAndTrimmingIT {
  private static final Key DATA = Key.of("default", "data");

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiServer server;

  private final Queue<String> requests = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private ApiConnection connection;

  @SuppressWarnings("NullAway.Init") // before each test
  private KubernetesCluster cluster;

  @BeforeAll
  static void start() {
    server = ApiServer.start(Binaries.orSkip());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    connection = connection(ApiServer.ADMIN);
    CacheSpec<PersistentVolumeClaim> claims =
        CacheSpec.of(Kind.CLAIM)
            .keeping(claim -> !"elsewhere".equals(claim.getSpec().getVolumeName()))
            .trimmed(PermissionsAndTrimmingIT::less);
    cluster = KubernetesCluster.open(connection, List.of(claims));
  }

  @AfterEach
  void close() {
    cluster.close();
    connection.close();
  }

  private ApiConnection connection(String user) {
    return ApiConnection.open(
        ApiSettings.of(
            Optional.of(server.kubeconfig(user)),
            "test",
            (verb, resource, code, _) -> requests.add(verb + " " + resource + " " + code)));
  }

  private static PersistentVolumeClaim less(PersistentVolumeClaim claim) {
    claim.getMetadata().getAnnotations().remove("unread");
    claim.getMetadata().setLabels(Map.of());
    return claim;
  }

  @Test
  void a_trimmed_object_is_written_without_losing_what_the_cache_has_not() {
    cluster.create(claim());
    PersistentVolumeClaim seen = cluster.get(Kind.CLAIM, DATA).orElseThrow();
    assertThat(seen.getMetadata().getLabels()).isEmpty();
    assertThat(seen.getMetadata().getAnnotations()).containsOnlyKeys("read");

    PersistentVolumeClaim bound =
        cluster.replace(
            new PersistentVolumeClaimBuilder(seen)
                .editMetadata()
                .removeFromAnnotations("read")
                .addToAnnotations("new", "3")
                .endMetadata()
                .editSpec()
                .withVolumeName("pv")
                .endSpec()
                .build());
    assertThat(bound.getMetadata().getAnnotations()).isEqualTo(Map.of("unread", "2", "new", "3"));
    assertThat(bound.getMetadata().getLabels()).isEqualTo(Map.of("app", "db"));
    assertThat(bound.getSpec().getVolumeName()).isEqualTo("pv");
    assertThat(cluster.getLive(Kind.CLAIM, DATA)).contains(bound);

    PersistentVolumeClaim cached = cluster.get(Kind.CLAIM, DATA).orElseThrow();
    PersistentVolumeClaim status =
        cluster.replaceStatus(
            new PersistentVolumeClaimBuilder(cached)
                .editStatus()
                .withPhase("Bound")
                .addToCapacity("storage", new Quantity("1Gi"))
                .endStatus()
                .build());
    assertThat(status.getStatus().getPhase()).isEqualTo("Bound");
    assertThat(status.getMetadata().getLabels()).isEqualTo(Map.of("app", "db"));
    assertThat(requests)
        .contains("patch persistentvolumeclaims 200", "patch persistentvolumeclaims/status 200");
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster.replace(new PersistentVolumeClaimBuilder(seen).build()));
  }

  @Test
  void a_trimmed_object_that_another_has_changed_conflicts() throws Exception {
    cluster.create(
        new PersistentVolumeClaimBuilder(claim())
            .editMetadata()
            .withName("b")
            .endMetadata()
            .build());
    Key key = Key.of("default", "b");
    PersistentVolumeClaim seen = cluster.get(Kind.CLAIM, key).orElseThrow();
    try (ApiConnection second = connection(ApiServer.ADMIN);
        KubernetesCluster other = KubernetesCluster.open(second, List.of())) {
      PersistentVolumeClaim live = other.getLive(Kind.CLAIM, key).orElseThrow();
      other.replace(
          new PersistentVolumeClaimBuilder(live)
              .editMetadata()
              .addToAnnotations("theirs", "1")
              .endMetadata()
              .build());
    }
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(
            () ->
                cluster.replace(
                    new PersistentVolumeClaimBuilder(seen)
                        .editMetadata()
                        .addToAnnotations("mine", "1")
                        .endMetadata()
                        .build()))
        .withMessageContaining("the object has been modified");
    await()
        .until(
            () ->
                cluster
                    .get(Kind.CLAIM, key)
                    .orElseThrow()
                    .getMetadata()
                    .getAnnotations()
                    .containsKey("theirs"));
  }

  @Test
  void what_is_not_kept_is_not_found() {
    PersistentVolumeClaim elsewhere =
        new PersistentVolumeClaimBuilder(claim())
            .editMetadata()
            .withName("e")
            .endMetadata()
            .editSpec()
            .withVolumeName("elsewhere")
            .endSpec()
            .build();
    cluster.create(elsewhere);
    assertThat(cluster.get(Kind.CLAIM, Key.of("default", "e"))).isEmpty();
    assertThat(cluster.getLive(Kind.CLAIM, Key.of("default", "e"))).isPresent();
  }

  @Test
  void a_kind_without_a_cache_is_a_mistake_that_is_named() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> cluster.list(Kind.POD))
        .withMessage("Pod is not cached here: give its CacheSpec when the cluster is opened");
  }

  @Test
  void a_missing_permission_is_named_with_what_to_grant() throws Exception {
    try (ApiConnection powerless = connection(ApiServer.NOBODY);
        KubernetesCluster nobody = KubernetesCluster.open(powerless, List.of())) {
      assertThatExceptionOfType(ClusterException.Forbidden.class)
          .isThrownBy(() -> nobody.getLive(Kind.VOLUME, Key.of("pv")))
          .withMessage(
              "persistentvolumes \"pv\" is forbidden: User \"nobody\" cannot get resource"
                  + " \"persistentvolumes\" in API group \"\" at the cluster scope; grant \"get\""
                  + " on \"persistentvolumes\" in the role of this account");
    }
  }

  @Test
  void a_cache_that_may_not_be_listed_says_so_and_can_be_given_up() throws Exception {
    try (ApiConnection powerless = connection(ApiServer.NOBODY)) {
      Thread opening =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      KubernetesCluster.open(powerless, List.of(CacheSpec.of(Kind.VOLUME))).close();
                    } catch (InterruptedException _) {
                      Thread.currentThread().interrupt(); // as the test wants it
                    }
                  });
      await().until(() -> requests.contains("list persistentvolumes 403"));
      opening.interrupt();
      opening.join();
    }
  }

  private static PersistentVolumeClaim claim() {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(DATA.namespace())
        .withName(DATA.name())
        .addToLabels("app", "db")
        .addToAnnotations("read", "1")
        .addToAnnotations("unread", "2")
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName("c")
        .withNewResources()
        .addToRequests("storage", new Quantity("1Gi"))
        .endResources()
        .endSpec()
        .build();
  }
}
