package dev.berth.provisioner.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.object.EphemeralVolumes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpecBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EphemeralClaimsTest {
  private static final Key CLAIM = Key.of("default", "web-scratch");

  @TempDir Path dir;
  private Optional<Cluster> opened = Optional.empty();

  @BeforeEach
  void start() {
    opened = Optional.of(EmbeddedCluster.open(dir.resolve("cluster.db"), Clock.systemUTC()));
  }

  @AfterEach
  void stop() {
    opened.ifPresent(Cluster::close);
  }

  private Cluster cluster() {
    return opened.orElseThrow();
  }

  private void look() {
    new EphemeralClaims(cluster()).reconcile(CLAIM);
  }

  private static PersistentVolumeClaimSpec spec() {
    return new PersistentVolumeClaimSpecBuilder()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName("fast")
        .withNewResources()
        .addToRequests("storage", new Quantity("1Gi"))
        .endResources()
        .build();
  }

  private Pod pod() {
    return cluster()
        .create(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("busybox")
                .endContainer()
                .addNewVolume()
                .withName("scratch")
                .withNewEphemeral()
                .withNewVolumeClaimTemplate()
                .withNewMetadata()
                .addToLabels("tier", "cache")
                .endMetadata()
                .withSpec(spec())
                .endVolumeClaimTemplate()
                .endEphemeral()
                .endVolume()
                .endSpec()
                .build());
  }

  private Optional<PersistentVolumeClaim> claim() {
    return cluster().get(Kind.CLAIM, CLAIM);
  }

  @Test
  void the_claim_is_made_as_the_pods_own() {
    Pod pod = pod();
    look();
    look();
    PersistentVolumeClaim made = claim().orElseThrow();
    assertThat(made.getSpec().getStorageClassName()).isEqualTo("fast");
    assertThat(made.getMetadata().getLabels()).containsEntry("tier", "cache");
    assertThat(EphemeralVolumes.owner(made).orElseThrow().getUid())
        .isEqualTo(pod.getMetadata().getUid());
    assertThat(EphemeralVolumes.conflict(pod, made)).isEmpty();
  }

  @Test
  void the_claim_goes_when_its_pod_has_gone_and_not_before() {
    Pod pod = pod();
    look();
    look();
    assertThat(claim().orElseThrow().getMetadata().getDeletionTimestamp()).isNull();
    cluster().delete(Kind.POD, Key.of(pod), Preconditions.NONE);
    look();
    assertThat(claim().orElseThrow().getMetadata().getDeletionTimestamp())
        .as("its protection is another controller's to take off")
        .isNotNull();
  }

  @Test
  void the_claim_of_a_pod_of_the_same_name_is_not_taken_over() {
    Pod first = pod();
    look();
    cluster().delete(Kind.POD, Key.of(first), Preconditions.NONE);
    Pod second = pod();
    look();
    assertThat(EphemeralVolumes.conflict(second, claim().orElseThrow()))
        .contains(
            "PVC \"default/web-scratch\" was not created for pod \"default/web\" (pod is not"
                + " owner); delete it, or rename the pod or its volume");
    assertThat(claim().orElseThrow().getMetadata().getDeletionTimestamp()).isNotNull();
  }

  @Test
  void a_claim_that_a_person_made_is_left_alone() {
    cluster()
        .create(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web-scratch")
                .endMetadata()
                .withSpec(spec())
                .build());
    Pod pod = pod();
    look();
    assertThat(claim().orElseThrow().getMetadata().getDeletionTimestamp()).isNull();
    assertThat(EphemeralVolumes.conflict(pod, claim().orElseThrow())).isPresent();
  }

  @Test
  void a_pod_that_is_gone_gets_no_claim() {
    Pod pod = pod();
    cluster().delete(Kind.POD, Key.of(pod), Preconditions.NONE);
    look();
    assertThat(claim()).isEmpty();
  }
}
