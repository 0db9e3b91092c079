package dev.berth.provisioner.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.Objects;
import dev.berth.provisioner.csi.Capabilities;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySelectorLabelRequirement;
import io.fabric8.kubernetes.api.model.TopologySelectorTermBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClaimDecisionTest {
  private static final Topology HERE =
      Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, FakeCsi.NODE).build();
  private static final Home HOME =
      new Home(
          FakeCsi.NAME,
          new Capabilities(
              Set.of(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS),
              Set.of(ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER),
              Set.of()),
          FakeCsi.NODE,
          Optional.of(HERE),
          true,
          "1-2-x");
  private static final StorageClass FAST = Objects.klass("fast").build();

  private final ClaimDecision decision = new ClaimDecision(HOME);

  private static PersistentVolumeClaimBuilder pending() {
    return Objects.stored(Objects.claim("data", "fast"));
  }

  private static PersistentVolumeClaimBuilder asked() {
    return pending()
        .editMetadata()
        .addToAnnotations(Names.STORAGE_PROVISIONER, FakeCsi.NAME)
        .addToFinalizers(Names.CREATING_FINALIZER)
        .endMetadata();
  }

  private Step decide(PersistentVolumeClaimBuilder claim, StorageClass klass) {
    return decision.decide(
        new Seen(
            new Claim(claim.build()),
            Optional.empty(),
            new Seen.ClassChoice.Found(new Klass(klass)),
            Share.EVERYTHING));
  }

  private Step decide(PersistentVolumeClaim claim, PersistentVolume volume) {
    return decision.decide(
        new Seen(
            new Claim(claim),
            Optional.of(new Volume(volume)),
            new Seen.ClassChoice.Found(new Klass(FAST)),
            Share.EVERYTHING));
  }

  private static String told(Step step) {
    return step instanceof Step.Tell(var notice)
        ? notice.type() + " " + notice.reason() + ": " + notice.message()
        : "nothing told, but " + step;
  }

  private Step match(PersistentVolumeClaim claim, Optional<PersistentVolume> volume) {
    return decision.decide(
        new Seen(
            new Claim(claim),
            volume.map(Volume::new),
            new Seen.ClassChoice.Found(new Klass(FAST)),
            Share.MATCHING));
  }

  @Test
  void a_retained_volume_that_a_person_has_deleted_goes_and_is_not_bound() {
    PersistentVolumeClaim claim = asked().build();
    PersistentVolume leaving =
        new PersistentVolumeBuilder(
                Objects.claimed(
                    Objects.volume("pvc-" + claim.getMetadata().getUid())
                        .editSpec()
                        .withPersistentVolumeReclaimPolicy("Retain")
                        .endSpec(),
                    claim))
            .editMetadata()
            .withDeletionTimestamp("2026-01-02T03:04:05Z")
            .endMetadata()
            .build();
    assertThat(decide(claim, leaving)).isEqualTo(new Step.Nothing());
  }

  @Test
  void where_nodes_make_volumes_claims_that_need_a_new_one_are_left_to_them() {
    PersistentVolumeClaim claim = pending().build();
    assertThat(match(claim, Optional.empty())).isEqualTo(new Step.Nothing());
    PersistentVolume made =
        Objects.claimed(Objects.volume("pvc-" + claim.getMetadata().getUid()), claim);
    assertThat(match(claim, Optional.of(made))).isEqualTo(new Step.Nothing());
    PersistentVolume reserved = Objects.claimed(Objects.volume("by-hand"), claim);
    assertThat(match(claim, Optional.of(reserved))).isInstanceOf(Step.WriteVolumeStatus.class);
    assertThat(match(asked().build(), Optional.of(reserved))).isEqualTo(new Step.Nothing());
    PersistentVolumeClaim leaving =
        pending()
            .editMetadata()
            .withDeletionTimestamp("2026-01-02T03:04:05Z")
            .endMetadata()
            .build();
    assertThat(match(leaving, Optional.of(reserved))).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_claim_of_ours_is_marked_and_taken_into_custody_in_one_write() {
    assertThat(decide(pending(), FAST))
        .isInstanceOfSatisfying(
            Step.WriteClaim.class,
            write -> {
              assertThat(write.claim().getMetadata().getAnnotations())
                  .containsEntry(Names.STORAGE_PROVISIONER, FakeCsi.NAME)
                  .containsEntry(Names.BETA_STORAGE_PROVISIONER, FakeCsi.NAME);
              assertThat(write.claim().getMetadata().getFinalizers())
                  .containsExactly(Names.CREATING_FINALIZER);
            });
  }

  @Test
  void then_its_volume_is_made_here() {
    assertThat(decide(asked(), FAST))
        .isInstanceOfSatisfying(
            Step.Provision.class,
            step -> {
              assertThat(step.request().getName()).isEqualTo("pvc-uid-data");
              assertThat(step.request().getCapacityRange().getRequiredBytes()).isEqualTo(64L << 20);
              assertThat(step.request().getAccessibilityRequirements().getRequisiteList())
                  .containsExactly(HERE);
              assertThat(step.request().getAccessibilityRequirements().getPreferredList())
                  .containsExactly(HERE);
            });
  }

  @Test
  void a_claim_without_a_phase_gets_one_first() {
    assertThat(decide(asked().editStatus().withPhase(null).endStatus(), FAST))
        .isInstanceOfSatisfying(
            Step.WriteClaimStatus.class,
            write -> assertThat(write.claim().getStatus().getPhase()).isEqualTo("Pending"));
  }

  @Test
  void a_missing_class_is_told() {
    Step step =
        decision.decide(
            new Seen(
                new Claim(pending().build()),
                Optional.empty(),
                new Seen.ClassChoice.Missing("fast"),
                Share.EVERYTHING));
    assertThat(told(step))
        .isEqualTo("WARNING ProvisioningFailed: storageclass.storage.k8s.io \"fast\" not found");
  }

  @Test
  void no_provisioner_never_provisions() {
    assertThat(
            told(
                decide(
                    asked(), Objects.klass("fast").withProvisioner(Names.NO_PROVISIONER).build())))
        .isEqualTo(
            "WARNING ProvisioningFailed: no volume plugin matched name:"
                + " kubernetes.io/no-provisioner");
  }

  @Test
  void a_selector_is_refused() {
    assertThat(
            told(
                decide(
                    asked()
                        .editSpec()
                        .withNewSelector()
                        .addToMatchLabels("a", "b")
                        .endSelector()
                        .endSpec(),
                    FAST)))
        .isEqualTo(
            "WARNING ProvisioningFailed: failed to provision volume with StorageClass \"fast\":"
                + " claim Selector is not supported");
  }

  @Test
  void a_data_source_is_refused_where_the_driver_fills_nothing() {
    assertThat(
            told(
                decide(
                    asked()
                        .editSpec()
                        .withNewDataSource("snapshot.storage.k8s.io", "VolumeSnapshot", "s")
                        .endSpec(),
                    FAST)))
        .contains(
            "spec.dataSource: VolumeSnapshot \"s\" cannot be used: driver fake.csi.berth.dev makes"
                + " no volumes of snapshots");
  }

  @Test
  void a_class_for_another_place_is_refused() {
    StorageClass elsewhere =
        Objects.klass("fast")
            .withAllowedTopologies(
                new TopologySelectorTermBuilder()
                    .withMatchLabelExpressions(
                        new TopologySelectorLabelRequirement(FakeCsi.TOPOLOGY, List.of("node-9")))
                    .build())
            .build();
    assertThat(told(decide(asked(), elsewhere)))
        .contains("allowedTopologies of the class: none of its terms matches node node-1");
  }

  @Test
  void another_nodes_claim_is_left_alone() {
    assertThat(
            decide(
                asked()
                    .editMetadata()
                    .addToAnnotations(Names.SELECTED_NODE, "node-9")
                    .endMetadata(),
                Objects.waiting("fast")))
        .isEqualTo(new Step.Nothing());
  }

  @Test
  void a_claim_that_goes_is_cleaned_up_if_it_was_in_custody() {
    assertThat(decide(deleting(asked()), FAST)).isInstanceOf(Step.CleanUp.class);
    assertThat(decide(deleting(pending()), FAST)).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_claim_that_goes_while_its_class_is_gone_asks_a_person() {
    Step step =
        decision.decide(
            new Seen(
                new Claim(deleting(asked()).build()),
                Optional.empty(),
                new Seen.ClassChoice.Missing("fast"),
                Share.EVERYTHING));
    assertThat(told(step))
        .startsWith(
            "WARNING ProvisioningCleanupFailed: a volume named pvc-uid-data may exist and its id"
                + " cannot be asked for: its StorageClass fast is gone;");
  }

  @Test
  void a_claim_that_goes_after_its_pv_was_written_is_let_go() {
    PersistentVolumeClaim claim = deleting(asked()).build();
    assertThat(decide(claim, Objects.claimed(Objects.volume("pvc-uid-data"), claim)))
        .isInstanceOfSatisfying(
            Step.WriteClaim.class,
            write -> assertThat(write.claim().getMetadata().getFinalizers()).isEmpty());
  }

  @Test
  void a_volume_made_by_hand_for_a_claim_that_goes_says_nothing_of_the_one_we_made() {
    PersistentVolumeClaim claim = deleting(asked()).build();
    assertThat(decide(claim, Objects.claimed(Objects.volume("by-hand"), claim)))
        .isInstanceOf(Step.CleanUp.class);
  }

  private static PersistentVolumeClaimBuilder deleting(PersistentVolumeClaimBuilder claim) {
    return claim.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata();
  }

  @Test
  void binding_writes_pv_then_pv_status_then_claim_then_claim_status() {
    PersistentVolumeClaim claim = pending().build();
    PersistentVolume volume =
        Objects.volume("pv")
            .editSpec()
            .withNewClaimRef()
            .withNamespace("default")
            .withName("data")
            .endClaimRef()
            .endSpec()
            .build();

    Step first = decide(claim, volume);
    assertThat(first).isInstanceOf(Step.WriteVolume.class);
    volume = ((Step.WriteVolume) first).volume();
    assertThat(volume.getSpec().getClaimRef().getUid()).isEqualTo("uid-data");

    Step second = decide(claim, volume);
    assertThat(second).isInstanceOf(Step.WriteVolumeStatus.class);
    volume = ((Step.WriteVolumeStatus) second).volume();
    assertThat(volume.getStatus().getPhase()).isEqualTo("Bound");

    Step third = decide(claim, volume);
    assertThat(third).isInstanceOf(Step.WriteClaim.class);
    claim = ((Step.WriteClaim) third).claim();
    assertThat(claim.getSpec().getVolumeName()).isEqualTo("pv");
    assertThat(claim.getMetadata().getFinalizers()).isEmpty();
    assertThat(claim.getMetadata().getAnnotations())
        .containsEntry(Names.BIND_COMPLETED, "yes")
        .containsEntry(Names.BOUND_BY_CONTROLLER, "yes");

    Step fourth = decide(claim, volume);
    assertThat(fourth).isInstanceOf(Step.WriteClaimStatus.class);
    claim = ((Step.WriteClaimStatus) fourth).claim();
    assertThat(claim.getStatus().getPhase()).isEqualTo("Bound");
    assertThat(claim.getStatus().getCapacity()).containsEntry("storage", new Quantity("64Mi"));

    assertThat(decide(claim, volume)).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_volume_of_another_claim_is_not_taken() {
    PersistentVolumeClaim other = Objects.stored(Objects.claim("other", "fast")).build();
    PersistentVolumeClaim claim = pending().editSpec().withVolumeName("pv").endSpec().build();
    assertThat(told(decide(claim, Objects.claimed(Objects.volume("pv"), other))))
        .isEqualTo("WARNING FailedBinding: volume \"pv\" already bound to a different claim.");
  }

  @Test
  void a_named_volume_that_is_too_small_is_not_taken() {
    PersistentVolumeClaim claim = pending().editSpec().withVolumeName("pv").endSpec().build();
    PersistentVolume small =
        new PersistentVolumeBuilder(Objects.volume("pv").build())
            .editSpec()
            .withStorageClassName("fast")
            .withCapacity(Map.of("storage", new Quantity("1Mi")))
            .endSpec()
            .build();
    assertThat(told(decide(claim, small))).startsWith("WARNING VolumeMismatch: ");
  }

  @Test
  void a_completed_claim_without_its_volume_is_checked_before_it_is_lost() {
    assertThat(
            decide(
                pending()
                    .editMetadata()
                    .addToAnnotations(Names.BIND_COMPLETED, "yes")
                    .endMetadata()
                    .editSpec()
                    .withVolumeName("pv")
                    .endSpec(),
                FAST))
        .isEqualTo(new Step.ConfirmLost("pv"));
  }

  private static PersistentVolume madeForData() {
    return Objects.claimed(Objects.volume("pvc-uid-data"), pending().build());
  }

  @Test
  void a_volume_that_waits_to_be_deleted_is_bound_although_a_person_has_deleted_its_pv() {
    PersistentVolume going =
        new PersistentVolumeBuilder(madeForData())
            .editMetadata()
            .withDeletionTimestamp("2026-01-02T03:04:05Z")
            .endMetadata()
            .editSpec()
            .withPersistentVolumeReclaimPolicy("Delete")
            .endSpec()
            .build();
    assertThat(decide(asked().build(), going)).isInstanceOf(Step.WriteVolumeStatus.class);
  }

  @Test
  void what_was_made_for_a_claim_is_settled_before_it_takes_another_volume() {
    PersistentVolume reserved =
        Objects.volume("other")
            .editSpec()
            .withNewClaimRef()
            .withNamespace("default")
            .withName("data")
            .endClaimRef()
            .endSpec()
            .build();
    assertThat(decide(asked().build(), reserved))
        .isInstanceOfSatisfying(
            Step.CleanUp.class,
            step -> assertThat(step.request().getName()).isEqualTo("pvc-uid-data"));
    assertThat(decide(pending().build(), reserved)).isInstanceOf(Step.WriteVolume.class);
    PersistentVolume takenByUid = Objects.claimed(Objects.volume("other"), pending().build());
    assertThat(decide(asked().build(), takenByUid)).isInstanceOf(Step.CleanUp.class);
    PersistentVolume bound =
        new PersistentVolumeBuilder(madeForData())
            .withNewStatus()
            .withPhase("Bound")
            .endStatus()
            .build();
    assertThat(decide(asked().build(), bound))
        .isInstanceOfSatisfying(
            Step.WriteClaim.class,
            step -> assertThat(step.claim().getMetadata().getFinalizers()).isEmpty());
  }

  @Test
  void a_claim_that_names_a_volume_that_is_not_there_is_told_so() {
    PersistentVolumeClaimBuilder naming = pending().editSpec().withVolumeName("to-come").endSpec();
    assertThat(told(decide(naming, FAST)))
        .isEqualTo(
            "NORMAL FailedBinding: spec.volumeName: persistentvolume \"to-come\" not found; the"
                + " claim is bound when it is created");
  }
}
