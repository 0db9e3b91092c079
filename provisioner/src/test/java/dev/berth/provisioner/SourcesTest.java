package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.VolumeContentSource;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims that are filled from snapshots and from other claims. */
final class SourcesTest {
  @TempDir private Path folder;
  private Machine machine;

  @BeforeEach
  void start() {
    machine = new Machine(folder);
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(SnapshotObjects.byDefault("snap"));
    machine.cluster().create(Objects.claim("data", "fast").build());
    machine.settle();
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private void snapshot() {
    machine.cluster().create(SnapshotObjects.of("monday", "data", null));
    machine.settle();
  }

  private VolumeContentSource source(String claim) {
    return machine
        .csi()
        .request("pvc-" + machine.claim(claim).uid())
        .orElseThrow()
        .getVolumeContentSource();
  }

  private List<String> events(String claim) {
    return machine.events(machine.claim(claim).uid());
  }

  private static PersistentVolumeClaim of(PersistentVolumeClaim claim, String size, String mode) {
    return new PersistentVolumeClaimBuilder(claim)
        .editSpec()
        .withVolumeMode(mode)
        .editResources()
        .addToRequests("storage", new Quantity(size))
        .endResources()
        .endSpec()
        .build();
  }

  @Test
  void a_claim_is_filled_from_a_snapshot() {
    snapshot();

    machine.cluster().create(SnapshotObjects.restored("copy", "fast", "monday"));
    machine.settle();

    assertThat(machine.claim("copy").phase()).isEqualTo("Bound");
    assertThat(source("copy").getSnapshot().getSnapshotId()).startsWith("pool0001.snapshot-");
  }

  @Test
  void it_waits_until_the_snapshot_is_ready() {
    machine.csi().snapshots().ready(false);
    snapshot();
    machine.cluster().create(SnapshotObjects.restored("copy", "fast", "monday"));
    machine.settle();
    assertThat(machine.claim("copy").phase()).isEqualTo("Pending");
    assertThat(events("copy"))
        .contains(
            "ProvisioningFailed: failed to provision volume with StorageClass \"fast\":"
                + " spec.dataSource: VolumeSnapshot \"monday\" is not ready to use; the claim goes"
                + " on when it is");

    machine.csi().snapshots().ready(true);
    machine.settle();

    assertThat(machine.claim("copy").phase()).isEqualTo("Bound");
  }

  @Test
  void a_claim_that_is_too_small_is_told_how_large_it_must_be() {
    snapshot();
    machine
        .cluster()
        .create(of(SnapshotObjects.restored("copy", "fast", "monday"), "32Mi", "Filesystem"));
    machine.settle();

    assertThat(events("copy"))
        .containsExactly(
            "ProvisioningFailed: failed to provision volume with StorageClass \"fast\":"
                + " spec.dataSource: VolumeSnapshot \"monday\" needs 64Mi, and"
                + " spec.resources.requests.storage is 32Mi; ask for at least as much");
    assertThat(machine.csi().made()).isOne();
  }

  @Test
  void another_volume_mode_is_refused_whatever_the_content_allows() {
    snapshot();
    machine
        .cluster()
        .list(Kind.SNAPSHOT_CONTENT)
        .forEach(
            content ->
                machine
                    .cluster()
                    .replace(
                        content.edited(
                            m ->
                                m.addToAnnotations(
                                    "snapshot.storage.kubernetes.io/allow-volume-mode-change",
                                    "true"))));
    machine
        .cluster()
        .create(of(SnapshotObjects.restored("raw", "fast", "monday"), "64Mi", "Block"));
    machine.settle();

    assertThat(events("raw").getFirst())
        .contains("is of volumeMode Filesystem, and spec.volumeMode is Block")
        .endsWith("set Filesystem");
    assertThat(machine.csi().made()).isOne();
  }

  @Test
  void a_snapshot_stays_while_a_claim_is_being_filled_from_it() {
    snapshot();
    machine.csi().fail("CreateVolume", Status.UNAVAILABLE.withDescription("later"));
    machine.csi().fail("CreateVolume", Status.UNAVAILABLE.withDescription("still later"));
    machine.cluster().create(SnapshotObjects.restored("copy", "fast", "monday"));
    machine.pass();
    String uid = machine.cluster().list(Kind.SNAPSHOT).getFirst().uid();

    machine.delete(Kind.SNAPSHOT, "monday");
    machine.settle();

    assertThat(machine.claim("copy").phase()).isEqualTo("Bound");
    assertThat(machine.cluster().list(Kind.SNAPSHOT)).isEmpty();
    assertThat(machine.events(uid))
        .contains("SnapshotDeletePending: Snapshot is being used to restore a PVC: copy");
  }

  @Test
  void a_claim_is_filled_from_another_claim_which_stays_meanwhile() {
    machine.csi().fail("CreateVolume", Status.UNAVAILABLE.withDescription("later"));
    machine.cluster().create(SnapshotObjects.cloned("copy", "fast", "data"));
    machine.pass();
    machine.delete(Kind.CLAIM, "data");
    assertThat(machine.claim("data").hasFinalizer(Names.CLONING_PROTECTION)).isTrue();

    machine.settle();

    assertThat(machine.claim("copy").phase()).isEqualTo("Bound");
    assertThat(source("copy").getVolume().getVolumeId()).startsWith("pool0001.pvc-");
    assertThat(machine.cluster().get(Kind.CLAIM, Key.of("default", "data"))).isEmpty();
  }

  @Test
  void a_clone_waits_for_its_source_to_be_bound() {
    machine.cluster().create(SnapshotObjects.cloned("copy", "fast", "later"));
    machine.settle();
    assertThat(events("copy").getFirst())
        .endsWith("spec.dataSource: PersistentVolumeClaim \"later\" does not exist; apply it");

    machine.cluster().create(Objects.claim("later", "fast").build());
    machine.settle();

    assertThat(machine.claim("copy").phase()).isEqualTo("Bound");
  }

  @Test
  void a_restore_that_was_interrupted_and_is_deleted_leaves_no_volume() {
    snapshot();
    machine.csi().loseReply("CreateVolume", Status.DEADLINE_EXCEEDED.withDescription("slow"));
    machine.cluster().create(SnapshotObjects.restored("copy", "fast", "monday"));
    machine.pass();
    assertThat(machine.csi().volumes()).hasSize(2);
    machine.delete(Kind.CLAIM, "copy");
    machine.restart();
    machine.settle();

    assertThat(machine.cluster().get(Kind.CLAIM, Key.of("default", "copy"))).isEmpty();
    assertThat(machine.csi().volumes()).hasSize(1);
  }

  @Test
  void a_volume_that_came_empty_is_deleted_and_said() {
    snapshot();
    machine.csi().fills(false);
    machine.cluster().create(SnapshotObjects.restored("copy", "fast", "monday"));
    machine.settle();

    assertThat(machine.csi().volumes()).hasSize(1);
    assertThat(events("copy"))
        .anyMatch(e -> e.contains("the driver does not say that it filled the volume"));
  }

  @Test
  void a_source_of_another_kind_is_left_to_its_populator() {
    machine
        .cluster()
        .create(
            Objects.claim("copy", "fast")
                .editSpec()
                .withNewDataSourceRef("example.com", "Backup", "nightly", null)
                .endSpec()
                .build());
    machine.settle();

    assertThat(events("copy"))
        .containsExactly(
            "Provisioning: Assuming an external populator will provision the volume:"
                + " spec.dataSourceRef is Backup.example.com \"nightly\"");
  }
}
