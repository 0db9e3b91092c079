package dev.berth.provisioner.lost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.Objects;
import dev.berth.provisioner.Through;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PVs that no node looks after. */
final class UnlabelledVolumesTest {
  private static final String LABEL = Names.nodeLabel(FakeCsi.NAME);

  @TempDir private Path store;

  private List<String> told(PersistentVolumeBuilder volume, String phase) {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.open(store.resolve("cluster.db"), Clock.systemUTC())) {
      PersistentVolume made = cluster.create(volume.build());
      cluster.replaceStatus(
          new PersistentVolumeBuilder(made).withNewStatus().withPhase(phase).endStatus().build());
      List<String> told = new ArrayList<>();
      Cluster listening =
          new Through(cluster) {
            @Override
            public void event(Notice notice) {
              told.add(notice.type() + " " + notice.reason() + ": " + notice.message());
            }
          };
      new UnlabelledVolumes(listening, FakeCsi.NAME).reconcile(Key.of("pv"));
      return told;
    }
  }

  private static PersistentVolumeBuilder released() {
    return Objects.volume("pv").editSpec().withPersistentVolumeReclaimPolicy("Delete").endSpec();
  }

  @Test
  void a_released_volume_that_no_node_finds_is_told_with_what_to_do() {
    PersistentVolumeBuilder volume =
        released()
            .editSpec()
            .withNewNodeAffinity()
            .withNewRequired()
            .addNewNodeSelectorTerm()
            .addNewMatchExpression()
            .withKey(FakeCsi.TOPOLOGY)
            .withOperator("In")
            .withValues("node-7")
            .endMatchExpression()
            .endNodeSelectorTerm()
            .endRequired()
            .endNodeAffinity()
            .endSpec();
    assertThat(told(volume, "Released"))
        .containsExactly(
            "WARNING VolumeFailedDelete: the volume is not deleted: label "
                + LABEL
                + " is missing, by which the node that has it would find the PersistentVolume;"
                + " kubectl label pv pv "
                + LABEL
                + "=node-7 has it deleted there, and persistentVolumeReclaimPolicy Retain keeps"
                + " it");
  }

  @Test
  void where_the_node_is_not_known_its_place_is_left_open() {
    assertThat(told(released(), "Released")).singleElement().asString().contains(LABEL + "=NODE ");
  }

  @Test
  void what_a_node_finds_or_nobody_is_to_delete_is_not_told() {
    assertThat(told(released().editMetadata().addToLabels(LABEL, "n").endMetadata(), "Released"))
        .isEmpty();
  }

  @Test
  void what_is_kept_or_in_use_is_not_told() {
    assertThat(told(Objects.volume("pv"), "Released")).isEmpty();
    assertThat(told(released().editMetadata().withName("other").endMetadata(), "Bound")).isEmpty();
  }
}
