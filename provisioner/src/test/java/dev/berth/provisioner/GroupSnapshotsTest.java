package dev.berth.provisioner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.snapshot.Names;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of several claims at one instant. */
final class GroupSnapshotsTest {
  @TempDir private Path folder;
  private Machine machine;

  @BeforeEach
  void start() {
    machine = new Machine(folder);
    machine.cluster().create(Objects.klass("fast").build());
    for (String name : List.of("rows", "log")) {
      machine
          .cluster()
          .create(
              Objects.claim(name, "fast")
                  .editMetadata()
                  .addToLabels("app", "db")
                  .endMetadata()
                  .build());
    }
    machine.cluster().create(Objects.claim("other", "fast").build());
    machine.cluster().create(klass("groups", "Delete"));
    machine.settle();
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private static VolumeGroupSnapshotClass klass(String name, String policy) {
    VolumeGroupSnapshotClass klass = new VolumeGroupSnapshotClass();
    klass.setMetadata(new ObjectMetaBuilder().withName(name).build());
    klass.setDriver(FakeCsi.NAME);
    klass.setDeletionPolicy(policy);
    return klass;
  }

  private void take(String label, String className) {
    VolumeGroupSnapshot group =
        new VolumeGroupSnapshot()
            .with(
                new VolumeGroupSnapshot.Spec(
                    new VolumeGroupSnapshot.Source(
                        new LabelSelectorBuilder().addToMatchLabels("app", label).build(), null),
                    className));
    group.setMetadata(new ObjectMetaBuilder().withNamespace("default").withName("all").build());
    machine.cluster().create(group);
    machine.pass();
    machine.settle();
  }

  private VolumeGroupSnapshot group() {
    return machine.cluster().get(Kind.GROUP_SNAPSHOT, Key.of("default", "all")).orElseThrow();
  }

  @Test
  void all_claims_with_the_labels_are_cut_in_one_call() {
    take("db", "groups");

    assertThat(group().status().ready()).isTrue();
    assertThat(group().status().creationTime()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(machine.csi().calls()).contains("CreateVolumeGroupSnapshot");
    assertThat(machine.csi().calls()).doesNotContain("CreateSnapshot");
    assertThat(machine.cluster().list(Kind.SNAPSHOT))
        .extracting(s -> s.getSpec().from().claim().orElseThrow())
        .containsExactlyInAnyOrder("rows", "log");
    assertThat(machine.cluster().list(Kind.SNAPSHOT))
        .allMatch(s -> s.status().ready() && s.group().orElseThrow().equals("all"));
    assertThat(machine.events(group().uid()))
        .anyMatch(e -> e.startsWith("CreatingGroupSnapshot: "))
        .anyMatch(e -> e.startsWith("GroupSnapshotReady: "));
    assertThat(machine.claim("rows").hasFinalizer(Names.CLAIM_PROTECTION)).isFalse();
  }

  @Test
  void a_claim_is_filled_from_a_member() {
    take("db", "groups");
    VolumeSnapshot member = machine.cluster().list(Kind.SNAPSHOT).getFirst();

    machine.cluster().create(SnapshotObjects.restored("copy", "fast", member.name()));
    machine.settle();

    assertThat(machine.claim("copy").phase()).isEqualTo("Bound");
  }

  @Test
  void a_member_goes_with_its_group_alone_and_all_at_once() {
    take("db", "groups");
    VolumeSnapshot member = machine.cluster().list(Kind.SNAPSHOT).getFirst();

    machine.delete(Kind.SNAPSHOT, member.name());
    machine.settle();
    assertThat(machine.cluster().list(Kind.SNAPSHOT)).hasSize(2);
    assertThat(machine.events(member.uid()))
        .contains(
            "SnapshotDeletePending: Snapshot is a member of VolumeGroupSnapshot all; it goes when"
                + " that is deleted");

    machine.delete(Kind.GROUP_SNAPSHOT, "all");
    machine.settle();

    assertThat(machine.cluster().list(Kind.GROUP_SNAPSHOT)).isEmpty();
    assertThat(machine.cluster().list(Kind.GROUP_CONTENT)).isEmpty();
    assertThat(machine.cluster().list(Kind.SNAPSHOT)).isEmpty();
    assertThat(machine.cluster().list(Kind.SNAPSHOT_CONTENT)).isEmpty();
    assertThat(machine.csi().snapshots().names()).isEmpty();
    assertThat(machine.csi().calls()).contains("DeleteVolumeGroupSnapshot");
    assertThat(machine.csi().calls()).doesNotContain("DeleteSnapshot");
  }

  @Test
  void with_policy_retain_the_drivers_group_stays() {
    machine.cluster().create(klass("kept", "Retain"));
    take("db", "kept");

    machine.delete(Kind.GROUP_SNAPSHOT, "all");
    machine.settle();

    assertThat(machine.cluster().list(Kind.GROUP_SNAPSHOT)).isEmpty();
    assertThat(machine.cluster().list(Kind.GROUP_CONTENT)).hasSize(1);
    assertThat(machine.csi().snapshots().groupNames()).hasSize(1);
  }

  @Test
  void deleted_after_a_lost_reply_nothing_is_left_in_the_driver() {
    machine.csi().loseReply("CreateVolumeGroupSnapshot", Status.DEADLINE_EXCEEDED);
    machine.csi().fail("CreateVolumeGroupSnapshot", Status.UNAVAILABLE);
    machine.csi().fail("CreateVolumeGroupSnapshot", Status.UNAVAILABLE);
    VolumeGroupSnapshot group =
        new VolumeGroupSnapshot()
            .with(
                new VolumeGroupSnapshot.Spec(
                    new VolumeGroupSnapshot.Source(
                        new LabelSelectorBuilder().addToMatchLabels("app", "db").build(), null),
                    "groups"));
    group.setMetadata(new ObjectMetaBuilder().withNamespace("default").withName("all").build());
    machine.cluster().create(group);
    machine.pass();
    assertThat(machine.csi().snapshots().groupNames()).hasSize(1);

    machine.delete(Kind.GROUP_SNAPSHOT, "all");
    machine.settle();

    assertThat(machine.csi().snapshots().groupNames()).isEmpty();
    assertThat(machine.cluster().list(Kind.GROUP_SNAPSHOT)).isEmpty();
    assertThat(machine.claim("rows").hasFinalizer(Names.CLAIM_PROTECTION)).isFalse();
  }

  @Test
  void a_selector_that_chooses_nothing_is_said() {
    take("web", "groups");

    assertThat(requireNonNull(group().status().error()).message())
        .isEqualTo(
            "spec.source.selector: no claim of the namespace has these labels; label the claims, or"
                + " correct the selector");
    assertThat(machine.csi().calls()).doesNotContain("CreateVolumeGroupSnapshot");
  }
}
