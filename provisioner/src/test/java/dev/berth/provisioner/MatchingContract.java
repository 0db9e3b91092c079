package dev.berth.provisioner;

import static dev.berth.provisioner.Disks.claim;
import static dev.berth.provisioner.Disks.classless;
import static dev.berth.provisioner.Disks.disk;
import static dev.berth.provisioner.Disks.keptFor;
import static dev.berth.provisioner.Disks.labelled;
import static dev.berth.provisioner.Disks.modes;
import static dev.berth.provisioner.Disks.naming;
import static dev.berth.provisioner.Disks.selecting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which volume a claim gets, whatever keeps the objects. */
abstract class MatchingContract {
  @SuppressWarnings("NullAway.Init") // before each test
  Cluster cluster;

  @SuppressWarnings("NullAway.Init") // before each test
  StandaloneBinder binder;

  /** A cluster without the objects of other tests. */
  abstract Cluster open();

  /** After the binder has been closed. */
  abstract void clean();

  @BeforeEach
  void start() {
    cluster = open();
    binder = bindingIn(cluster);
  }

  /** Whoever binds. */
  StandaloneBinder bindingIn(Cluster cluster) {
    return new StandaloneBinder(cluster);
  }

  @AfterEach
  void stop() {
    binder.close();
    clean();
  }

  void available(HasMetadata... disks) {
    for (HasMetadata disk : disks) {
      cluster.create(disk);
    }
    for (HasMetadata disk : disks) {
      binder.volumeBecomes(disk.getMetadata().getName(), "Available");
    }
  }

  /** The claim stays pending, and this is said about it. */
  void pends(PersistentVolumeClaim claim, String said) {
    PersistentVolumeClaim made = cluster.create(claim);
    binder.told(made, said);
    assertThat(binder.claim(made.getMetadata().getName()).phase()).isEqualTo("Pending");
  }

  String boundOf(PersistentVolumeClaim claim) {
    return binder.boundVolume(cluster.create(claim).getMetadata().getName());
  }

  @Test
  void a_50Mi_claim_takes_the_100Mi_volume_and_not_the_larger_one() {
    available(
        disk("huge", "1Gi", "disks").build(),
        disk("fits", "100Mi", "disks").build(),
        disk("tiny", "49Mi", "disks").build());
    assertThat(boundOf(claim("data", "50Mi", "disks").build())).isEqualTo("fits");
    assertThat(binder.volume("huge").phase()).isEqualTo("Available");
  }

  @Test
  void both_sides_are_left_as_kubernetes_leaves_them() {
    available(modes(disk("pv", "100Mi", "disks"), "ReadWriteOnce", "ReadOnlyMany").build());
    boundOf(claim("data", "50Mi", "disks").build());
    Claim claim = binder.claim("data");
    assertThat(claim.annotation(Names.BIND_COMPLETED)).contains("yes");
    assertThat(claim.annotation(Names.BOUND_BY_CONTROLLER)).contains("yes");
    assertThat(claim.raw().getStatus().getCapacity())
        .containsEntry("storage", new Quantity("100Mi"));
    assertThat(claim.raw().getStatus().getAccessModes())
        .containsExactly("ReadWriteOnce", "ReadOnlyMany");
    Volume volume = binder.volume("pv");
    assertThat(volume.annotation(Names.BOUND_BY_CONTROLLER)).contains("yes");
    assertThat(volume.isOf(claim)).isTrue();
    assertThat(volume.claimRef().orElseThrow().getKind()).isEqualTo("PersistentVolumeClaim");
  }

  @Test
  void without_match_and_class_a_claim_waits_says_why_and_takes_the_volume_that_comes() {
    pends(
        claim("data", "50Mi", "").build(),
        "FailedBinding: no persistent volumes available for this claim and no storage class is"
            + " set");
    cluster.create(disk("later", "1Gi", "").build());
    assertThat(binder.boundVolume("data")).isEqualTo("later");
  }

  @Test
  void access_modes_must_be_contained_and_what_can_do_more_is_spared() {
    available(
        modes(disk("small-rw", "60Mi", "disks"), "ReadWriteOnce", "ReadWriteMany").build(),
        modes(disk("plain", "1Gi", "disks"), "ReadWriteOnce").build(),
        modes(disk("read", "50Mi", "disks"), "ReadOnlyMany").build());
    assertThat(boundOf(claim("one", "50Mi", "disks").build())).isEqualTo("plain");
    assertThat(boundOf(claim("two", "50Mi", "disks").build())).isEqualTo("small-rw");
    pends(
        claim("three", "50Mi", "disks").build(),
        "ProvisioningFailed: storageclass.storage.k8s.io \"disks\" not found");
  }

  @Test
  void block_and_filesystem_are_different_things() {
    available(
        disk("files", "50Mi", "disks").build(),
        disk("device", "1Gi", "disks").editSpec().withVolumeMode("Block").endSpec().build());
    assertThat(
            boundOf(
                claim("raw", "50Mi", "disks").editSpec().withVolumeMode("Block").endSpec().build()))
        .isEqualTo("device");
  }

  @Test
  void a_selector_is_held_to_its_labels_and_to_every_expression() {
    available(
        labelled(disk("hdd", "50Mi", "disks"), "disk", "hdd").build(),
        labelled(labelled(disk("old", "60Mi", "disks"), "disk", "ssd"), "old", "").build(),
        labelled(disk("east", "70Mi", "disks"), "zone", "east").build(),
        labelled(labelled(disk("good", "1Gi", "disks"), "disk", "ssd"), "zone", "west").build());
    var claim = claim("data", "50Mi", "disks");
    claim.editSpec().withNewSelector().addToMatchLabels("disk", "ssd").endSelector().endSpec();
    selecting(claim, "disk", "In", "ssd", "nvme");
    selecting(claim, "zone", "NotIn", "east");
    selecting(claim, "zone", "Exists");
    selecting(claim, "old", "DoesNotExist");
    assertThat(boundOf(claim.build())).isEqualTo("good");
  }

  @Test
  void the_class_counts_by_its_name_whether_it_exists_or_not() {
    available(disk("other", "50Mi", "other").build(), disk("ours", "1Gi", "disks").build());
    assertThat(boundOf(claim("data", "50Mi", "disks").build())).isEqualTo("ours");
  }

  @Test
  void an_empty_class_takes_only_volumes_without_class_and_never_the_default() {
    cluster.create(Disks.asDefault("fast"));
    available(disk("classy", "50Mi", "fast").build(), disk("bare", "1Gi", "").build());
    assertThat(boundOf(claim("data", "50Mi", "").build())).isEqualTo("bare");
    pends(claim("more", "50Mi", "").build(), "FailedBinding: no persistent volumes available");
  }

  @Test
  void what_is_there_is_taken_before_anything_is_made() {
    cluster.create(Objects.klass("fast").build());
    available(disk("there", "1Gi", "fast").build());
    assertThat(boundOf(claim("first", "50Mi", "fast").build())).isEqualTo("there");
    assertThat(binder.csi().made()).isZero();
    assertThat(boundOf(claim("second", "50Mi", "fast").build())).startsWith("pvc-");
    assertThat(binder.csi().made()).isOne();
  }

  @Test
  void a_volume_attributes_class_must_be_the_same() {
    available(
        disk("plain", "50Mi", "disks").build(),
        disk("gold", "1Gi", "disks")
            .editSpec()
            .withVolumeAttributesClassName("gold")
            .withHostPath(null)
            .withNewCsi()
            .withDriver("other.example.com")
            .withVolumeHandle("gold")
            .endCsi()
            .endSpec()
            .build());
    assertThat(
            boundOf(
                claim("data", "50Mi", "disks")
                    .editSpec()
                    .withVolumeAttributesClassName("gold")
                    .endSpec()
                    .build()))
        .isEqualTo("gold");
    assertThat(binder.claim("data").raw().getStatus().getCurrentVolumeAttributesClassName())
        .isEqualTo("gold");
  }

  @Test
  void of_two_claims_one_gets_the_only_volume() {
    available(disk("only", "1Gi", "").build());
    cluster.create(claim("one", "50Mi", "").build());
    cluster.create(claim("two", "50Mi", "").build());
    Volume bound = binder.volumeBecomes("only", "Bound");
    String winner = bound.claimKey().orElseThrow().name();
    String loser = winner.equals("one") ? "two" : "one";
    assertThat(binder.boundVolume(winner)).isEqualTo("only");
    binder.told(binder.claim(loser).raw(), "FailedBinding: no persistent volumes available");
    assertThat(binder.claim(loser).volumeName()).isEmpty();
  }

  @Test
  void a_claim_gets_the_volume_that_it_names_even_when_that_comes_later() {
    available(disk("small", "50Mi", "").build());
    cluster.create(naming(claim("data", "50Mi", ""), "named").build());
    binder.claimBecomes("data", "Pending");
    cluster.create(disk("named", "1Gi", "").build());
    assertThat(binder.boundVolume("data")).isEqualTo("named");
    assertThat(binder.claim("data").annotation(Names.BOUND_BY_CONTROLLER)).isEmpty();
    assertThat(binder.volume("named").annotation(Names.BOUND_BY_CONTROLLER)).contains("yes");
  }

  @Test
  void a_named_volume_that_is_not_what_the_claim_asks_for_is_said_to_be_so() {
    available(disk("pv", "100Mi", "disks").build());
    String start = "VolumeMismatch: Cannot bind to requested volume \"pv\": ";
    pends(naming(claim("big", "1Gi", "disks"), "pv").build(), start + "requested PV is too small");
    pends(
        naming(claim("classy", "1Mi", "other"), "pv").build(),
        start + "storageClassName does not match");
    pends(
        naming(claim("raw", "1Mi", "disks"), "pv")
            .editSpec()
            .withVolumeMode("Block")
            .endSpec()
            .build(),
        start + "incompatible volumeMode");
    pends(
        naming(claim("many", "1Mi", "disks"), "pv")
            .editSpec()
            .withAccessModes("ReadWriteMany")
            .endSpec()
            .build(),
        start + "incompatible accessMode");
    assertThat(boundOf(naming(claim("good", "1Mi", "disks"), "pv").build())).isEqualTo("pv");
    pends(
        naming(claim("late", "1Mi", "disks"), "pv").build(),
        "FailedBinding: volume \"pv\" already bound to a different claim.");
  }

  @Test
  void a_volume_kept_for_a_name_waits_for_it_and_serves_no_other() {
    available(keptFor(disk("kept", "1Gi", ""), "data", "").build());
    pends(claim("other", "50Mi", "").build(), "FailedBinding: no persistent volumes available");
    available(disk("small", "50Mi", "disks").build());
    assertThat(boundOf(claim("data", "50Mi", "disks").build())).isEqualTo("kept");
    assertThat(binder.volume("kept").annotation(Names.BOUND_BY_CONTROLLER)).isEmpty();
    assertThat(binder.claim("data").annotation(Names.BOUND_BY_CONTROLLER)).contains("yes");
  }

  @Test
  void a_volume_kept_for_a_claim_of_another_mode_is_told_on_both_sides() {
    PersistentVolumeClaim claim =
        cluster.create(
            claim("data", "50Mi", "").editSpec().withVolumeMode("Block").endSpec().build());
    HasMetadata disk =
        cluster.create(
            keptFor(disk("kept", "1Gi", ""), "data", claim.getMetadata().getUid()).build());
    binder.told(
        disk,
        "VolumeMismatch: Cannot bind PersistentVolume to requested PersistentVolumeClaim \"data\""
            + " due to incompatible volumeMode.");
    binder.told(
        claim,
        "VolumeMismatch: Cannot bind PersistentVolume \"kept\" to requested PersistentVolumeClaim"
            + " \"data\" due to incompatible volumeMode.");
  }

  @Test
  void a_default_class_that_comes_later_is_given_to_claims_without_one() {
    pends(classless("data", "50Mi").build(), "FailedBinding: no persistent volumes available");
    cluster.create(Disks.asDefault("fast"));
    assertThat(binder.boundVolume("data")).startsWith("pvc-");
    assertThat(binder.claim("data").className()).contains("fast");
  }

  @Test
  void a_claim_without_class_takes_a_volume_without_class_while_there_is_no_default() {
    available(disk("bare", "1Gi", "").build());
    assertThat(boundOf(classless("data", "50Mi").build())).isEqualTo("bare");
  }
}
