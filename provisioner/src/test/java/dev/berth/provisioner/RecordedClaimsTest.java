package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.claim.ClaimController;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.orphan.ClusterId;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told for which cluster and claim a volume is made. */
final class RecordedClaimsTest {
  @TempDir private Path folder;

  @Test
  void a_driver_that_asks_is_told_for_which_cluster_and_claim() {
    try (EmbeddedCluster cluster = open();
        FakeCsi csi = new FakeCsi(FakeCsi.NODE, true)) {
      PersistentVolumeClaim claim = made(cluster, csi);
      assertThat(parameters(csi, claim))
          .containsEntry(
              "berth.dev/cluster",
              cluster
                  .get(Kind.NAMESPACE, Key.of("kube-system"))
                  .orElseThrow()
                  .getMetadata()
                  .getUid())
          .containsEntry("berth.dev/claim-uid", claim.getMetadata().getUid());
    }
  }

  @Test
  void a_driver_that_does_not_ask_is_sent_nothing_that_it_does_not_know() {
    try (EmbeddedCluster cluster = open();
        FakeCsi csi = new FakeCsi(FakeCsi.NODE, false)) {
      assertThat(parameters(csi, made(cluster, csi)).keySet())
          .containsExactlyInAnyOrder(
              "csi.storage.k8s.io/pvc/name",
              "csi.storage.k8s.io/pvc/namespace",
              "csi.storage.k8s.io/pv/name");
    }
  }

  @Test
  void the_uid_of_an_embedded_cluster_is_that_of_its_file() {
    String first;
    try (EmbeddedCluster cluster = open()) {
      first = ClusterId.of(cluster).orElseThrow();
    }
    try (EmbeddedCluster cluster = open()) {
      assertThat(ClusterId.of(cluster)).contains(first);
    }
    try (EmbeddedCluster other = EmbeddedCluster.open(folder.resolve("other.db"), Machine.CLOCK)) {
      assertThat(ClusterId.of(other)).isPresent().get().isNotEqualTo(first);
    }
  }

  private EmbeddedCluster open() {
    return EmbeddedCluster.open(folder.resolve("cluster.db"), Machine.CLOCK);
  }

  private static PersistentVolumeClaim made(EmbeddedCluster cluster, FakeCsi csi) {
    Home home = Homes.ask(cluster, csi.driver(), FakeCsi.NODE, true, Machine.CLOCK);
    cluster.create(Objects.klass("fast").build());
    PersistentVolumeClaim claim = cluster.create(Objects.claim("data", "fast").build());
    var _ = new ClaimController(cluster, csi.driver(), home).reconcile(Key.of(claim));
    return claim;
  }

  private static Map<String, String> parameters(FakeCsi csi, PersistentVolumeClaim claim) {
    return csi.request("pvc-" + claim.getMetadata().getUid()).orElseThrow().getParametersMap();
  }
}
