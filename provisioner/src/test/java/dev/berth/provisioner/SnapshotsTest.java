package dev.berth.provisioner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.snapshot.Names;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a snapshot, from the object that a person applies to the driver and back. */
final class SnapshotsTest {
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

  private VolumeSnapshot snapshot(String name) {
    return machine.cluster().get(Kind.SNAPSHOT, Key.of("default", name)).orElseThrow();
  }

  private VolumeSnapshotContent content(String snapshot) {
    String name = snapshot(snapshot).boundContent().orElseThrow();
    return machine.cluster().get(Kind.SNAPSHOT_CONTENT, Key.of(name)).orElseThrow();
  }

  private VolumeSnapshot take(String name) {
    machine.cluster().create(SnapshotObjects.of(name, "data", null));
    machine.settle();
    return snapshot(name);
  }

  @Test
  void a_snapshot_of_a_claim_is_cut_and_tells_when_and_how_large() {
    VolumeSnapshot taken = take("monday");

    assertThat(taken.getSpec().volumeSnapshotClassName()).isEqualTo("snap");
    assertThat(taken.status())
        .isEqualTo(
            new VolumeSnapshot.Status(
                "snapcontent-" + taken.uid(),
                "2026-01-02T03:04:05Z",
                true,
                new Quantity("64Mi"),
                null,
                null));
    assertThat(taken.getFinalizers())
        .containsExactlyInAnyOrder(Names.SOURCE_PROTECTION, Names.BOUND_PROTECTION);
    assertThat(machine.csi().snapshots().names()).containsExactly("snapshot-" + taken.uid());
    assertThat(machine.events(taken.uid()))
        .containsExactlyInAnyOrder(
            "CreatingSnapshot: Waiting for a snapshot default/monday to be created by the CSI"
                + " driver.",
            "SnapshotCreated: Snapshot default/monday was successfully created by the CSI driver.",
            "SnapshotReady: Snapshot default/monday is ready to use.");
  }

  @Test
  void its_content_says_of_which_volume_and_mode_it_is() {
    take("monday");

    VolumeSnapshotContent content = content("monday");

    assertThat(content.getSpec().driver()).isEqualTo(FakeCsi.NAME);
    assertThat(content.getSpec().deletionPolicy()).isEqualTo("Delete");
    assertThat(content.getSpec().sourceVolumeMode()).isEqualTo("Filesystem");
    assertThat(content.getSpec().from().volumeHandle())
        .isEqualTo("pool0001.pvc-" + machine.claim("data").uid());
    assertThat(content.status().snapshotHandle())
        .isEqualTo("pool0001.snapshot-" + snapshot("monday").uid());
    assertThat(content.getFinalizers()).containsExactly(Names.CONTENT_PROTECTION);
    assertThat(content.isMarked(Names.BEING_CREATED)).isFalse();
    assertThat(machine.claim("data").hasFinalizer(Names.CLAIM_PROTECTION)).isFalse();
  }

  @Test
  void deleting_it_deletes_the_content_and_the_drivers_snapshot() {
    take("monday");

    machine.delete(Kind.SNAPSHOT, "monday");
    machine.settle();

    assertThat(machine.cluster().list(Kind.SNAPSHOT)).isEmpty();
    assertThat(machine.cluster().list(Kind.SNAPSHOT_CONTENT)).isEmpty();
    assertThat(machine.csi().snapshots().names()).isEmpty();
  }

  @Test
  void with_policy_retain_content_and_snapshot_stay() {
    machine.cluster().create(SnapshotObjects.klass("kept", "Retain"));
    machine.cluster().create(SnapshotObjects.of("monday", "data", "kept"));
    machine.settle();

    machine.delete(Kind.SNAPSHOT, "monday");
    machine.settle();

    assertThat(machine.cluster().list(Kind.SNAPSHOT)).isEmpty();
    assertThat(machine.cluster().list(Kind.SNAPSHOT_CONTENT)).hasSize(1);
    assertThat(machine.csi().snapshots().names()).hasSize(1);
    assertThat(machine.csi().calls()).doesNotContain("DeleteSnapshot");
  }

  @Test
  void a_content_that_is_deleted_first_waits_for_its_snapshot() {
    take("monday");

    machine.delete(Kind.SNAPSHOT_CONTENT, content("monday").name());
    machine.settle();

    assertThat(content("monday").deleting()).isTrue();
    assertThat(machine.csi().snapshots().names()).hasSize(1);

    machine.delete(Kind.SNAPSHOT, "monday");
    machine.settle();

    assertThat(machine.cluster().list(Kind.SNAPSHOT_CONTENT)).isEmpty();
    assertThat(machine.csi().snapshots().names()).isEmpty();
  }

  @Test
  void a_snapshot_outlives_its_claim() {
    take("monday");

    machine.delete(Kind.CLAIM, "data");
    machine.settle();

    assertThat(machine.csi().volumes()).isEmpty();
    assertThat(snapshot("monday").status().ready()).isTrue();
  }

  @Test
  void the_claim_stays_while_it_is_being_cut() {
    machine.csi().fail("CreateSnapshot", Status.UNAVAILABLE.withDescription("later"));
    machine.cluster().create(SnapshotObjects.of("monday", "data", null));
    machine.pass();
    assertThat(machine.claim("data").hasFinalizer(Names.CLAIM_PROTECTION)).isTrue();
    assertThat(content("monday").isMarked(Names.BEING_CREATED)).isTrue();

    machine.delete(Kind.CLAIM, "data");
    machine.settle();

    assertThat(snapshot("monday").status().ready()).isTrue();
    assertThat(machine.cluster().list(Kind.CLAIM)).isEmpty();
  }

  @Test
  void a_snapshot_that_is_not_ready_is_asked_for_again() {
    machine.csi().snapshots().ready(false);
    take("monday");
    assertThat(snapshot("monday").status().readyToUse()).isFalse();
    assertThat(snapshot("monday").status().creationTime()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(content("monday").isMarked(Names.BEING_CREATED)).isFalse();

    machine.csi().snapshots().ready(true);
    machine.settle();

    assertThat(snapshot("monday").status().ready()).isTrue();
    assertThat(machine.csi().snapshots().made()).isOne();
  }

  @Test
  void a_lost_reply_is_found_again_by_its_name() {
    machine.csi().loseReply("CreateSnapshot", Status.DEADLINE_EXCEEDED.withDescription("slow"));

    VolumeSnapshot taken = take("monday");

    assertThat(taken.status().ready()).isTrue();
    assertThat(taken.status().error()).isNull();
    assertThat(machine.csi().snapshots().made()).isOne();
  }

  @Test
  void deleted_after_a_lost_reply_nothing_is_left_in_the_driver() {
    machine.csi().loseReply("CreateSnapshot", Status.DEADLINE_EXCEEDED.withDescription("slow"));
    machine.cluster().create(SnapshotObjects.of("monday", "data", null));
    machine.pass();
    assertThat(machine.csi().snapshots().names()).hasSize(1);

    machine.delete(Kind.SNAPSHOT, "monday");
    machine.settle();

    assertThat(machine.csi().snapshots().names()).isEmpty();
    assertThat(machine.cluster().list(Kind.SNAPSHOT_CONTENT)).isEmpty();
    assertThat(machine.cluster().list(Kind.SNAPSHOT)).isEmpty();
  }

  @Test
  void a_refusal_of_the_driver_is_the_status_and_an_event_and_is_overcome() {
    machine.csi().fail("CreateSnapshot", Status.FAILED_PRECONDITION.withDescription("in use"));
    machine.cluster().create(SnapshotObjects.of("monday", "data", null));
    machine.pass();
    machine.settle();

    assertThat(snapshot("monday").status().ready()).isTrue();
    assertThat(snapshot("monday").status().error()).isNull();
    assertThat(machine.events(content("monday").uid()))
        .containsExactly(
            "SnapshotCreationFailed: Failed to create snapshot: rpc error: code ="
                + " FailedPrecondition desc = in use");
  }

  @Test
  void a_snapshot_that_is_there_already_is_bound_to_its_content() {
    take("monday");
    String handle = content("monday").handle().orElseThrow();

    machine.cluster().create(SnapshotObjects.content("by-hand", handle, "again"));
    machine.cluster().create(SnapshotObjects.there("again", "by-hand"));
    machine.settle();

    assertThat(snapshot("again").status().ready()).isTrue();
    assertThat(snapshot("again").status().restoreSize()).isEqualTo(new Quantity("64Mi"));
    assertThat(content("again").isOf(snapshot("again"))).isTrue();
    assertThat(machine.csi().snapshots().made()).isOne();
  }

  @Test
  void a_handle_that_the_driver_does_not_know_is_an_error_that_names_it() {
    machine.cluster().create(SnapshotObjects.content("by-hand", "pool0001.nope", "again"));
    machine.cluster().create(SnapshotObjects.there("again", "by-hand"));
    machine.settle();

    assertThat(requireNonNull(snapshot("again").status().error()).message())
        .isEqualTo(
            "spec.source.snapshotHandle pool0001.nope: driver fake.csi.berth.dev has no such"
                + " snapshot; correct the handle");
  }

  @Test
  void what_is_wrong_is_said_on_the_snapshot() {
    machine.cluster().create(SnapshotObjects.of("a", "missing", null));
    machine.cluster().create(SnapshotObjects.of("b", "data", "no-such-class"));
    machine.cluster().create(SnapshotObjects.there("c", "no-such-content"));
    machine.cluster().create(SnapshotObjects.byDefault("snap-too"));
    machine.cluster().create(SnapshotObjects.of("d", "data", null));
    machine.pass();

    assertThat(machine.events(snapshot("a").uid()))
        .containsExactly(
            "SnapshotPVCSourceMissing: spec.source.persistentVolumeClaimName: claim missing does"
                + " not exist; apply it");
    assertThat(machine.events(snapshot("b").uid()))
        .containsExactly(
            "GetSnapshotClassFailed: volumesnapshotclass.snapshot.storage.k8s.io"
                + " \"no-such-class\" not found; apply it");
    assertThat(machine.events(snapshot("c").uid()))
        .containsExactly(
            "SnapshotContentMissing: VolumeSnapshotContent is missing:"
                + " spec.source.volumeSnapshotContentName no-such-content does not exist; apply"
                + " it");
    assertThat(machine.events(snapshot("d").uid()))
        .containsExactly(
            "SetDefaultSnapshotClassFailed: there are several default snapshot classes of driver"
                + " fake.csi.berth.dev: snap, snap-too; name one in spec.volumeSnapshotClassName");
    assertThat(requireNonNull(snapshot("a").status().error()).message())
        .contains("claim missing does not exist");
  }

  @Test
  void secrets_of_the_class_reach_the_driver_for_creating_and_deleting() {
    machine
        .cluster()
        .create(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("key-monday")
                .endMetadata()
                .withStringData(Map.of("user", "me"))
                .build());
    machine
        .cluster()
        .create(
            SnapshotObjects.klass(
                "keyed",
                Map.of(
                    "csi.storage.k8s.io/snapshotter-secret-name",
                    "key-${volumesnapshot.name}",
                    "csi.storage.k8s.io/snapshotter-secret-namespace",
                    "${volumesnapshot.namespace}",
                    "tier",
                    "cold")));
    machine.cluster().create(SnapshotObjects.of("monday", "data", "keyed"));
    machine.settle();
    machine.delete(Kind.SNAPSHOT, "monday");
    machine.settle();

    assertThat(machine.csi().snapshots().secrets())
        .isEqualTo(List.of(Map.of("user", "me"), Map.of("user", "me")));
  }

  @Test
  void a_snapshot_names_exactly_one_source_and_keeps_it() {
    VolumeSnapshot none = SnapshotObjects.of("x", "data", null);
    none.setSpec(null);
    assertThatThrownBy(() -> machine.cluster().create(none))
        .isInstanceOf(ClusterException.Invalid.class)
        .hasMessageContaining(
            "spec.source: Invalid value: \"none\": exactly one is needed:"
                + " persistentVolumeClaimName or volumeSnapshotContentName");

    VolumeSnapshot taken = take("monday");
    assertThatThrownBy(
            () ->
                machine
                    .cluster()
                    .replace(
                        taken.with(
                            new VolumeSnapshot.Spec(
                                new VolumeSnapshot.Source("other", null), "snap"))))
        .isInstanceOf(ClusterException.Invalid.class)
        .hasMessageContaining("spec.source: Forbidden: field is immutable");
  }
}
