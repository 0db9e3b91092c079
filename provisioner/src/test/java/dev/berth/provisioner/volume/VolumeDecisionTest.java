package dev.berth.provisioner.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.Objects;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VolumeDecisionTest {
  private static final PersistentVolumeClaim OWNER =
      Objects.stored(Objects.claim("data", "fast"))
          .editSpec()
          .withVolumeName("pv")
          .endSpec()
          .build();

  private final VolumeDecision decision = new VolumeDecision(FakeCsi.NAME, true);

  private Step decide(PersistentVolumeBuilder volume, Optional<PersistentVolumeClaim> claim) {
    return decision.decide(new Seen(new Volume(volume.build()), claim.map(Claim::new)));
  }

  /** A volume of ours, bound to the owner, to be deleted with it. */
  private static PersistentVolumeBuilder provisioned(String phase) {
    return new PersistentVolumeBuilder(Objects.claimed(Objects.volume("pv"), OWNER))
        .editMetadata()
        .addToAnnotations(Names.PROVISIONED_BY, FakeCsi.NAME)
        .addToFinalizers(Names.PROVISIONER_FINALIZER)
        .endMetadata()
        .editSpec()
        .withPersistentVolumeReclaimPolicy("Delete")
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .endStatus();
  }

  private static PersistentVolumeBuilder policy(PersistentVolumeBuilder volume, String policy) {
    return volume.editSpec().withPersistentVolumeReclaimPolicy(policy).endSpec();
  }

  private static PersistentVolumeBuilder going(PersistentVolumeBuilder volume) {
    return volume.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata();
  }

  private static String phaseWritten(Step step) {
    return step instanceof Step.WriteStatus(PersistentVolume volume, var _)
        ? volume.getStatus().getPhase()
        : "no phase, but " + step;
  }

  @Test
  void a_volume_for_anyone_is_available() {
    assertThat(phaseWritten(decide(Objects.volume("pv"), Optional.empty()))).isEqualTo("Available");
  }

  @Test
  void a_bound_volume_says_so() {
    assertThat(phaseWritten(decide(provisioned("Pending"), Optional.of(OWNER)))).isEqualTo("Bound");
    assertThat(decide(provisioned("Bound"), Optional.of(OWNER))).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_volume_whose_claim_is_gone_is_released_after_a_second_look() {
    assertThat(decide(provisioned("Bound"), Optional.empty()))
        .isEqualTo(new Step.ConfirmReleased());
  }

  @Test
  void a_claim_that_came_back_with_another_uid_is_another_claim() {
    PersistentVolumeClaim namesake =
        new PersistentVolumeClaimBuilder(OWNER)
            .editMetadata()
            .withUid("uid-of-another")
            .endMetadata()
            .build();
    assertThat(decide(provisioned("Bound"), Optional.of(namesake)))
        .isEqualTo(new Step.ConfirmReleased());
  }

  @Test
  void released_and_delete_deletes() {
    assertThat(decide(provisioned("Released"), Optional.empty()))
        .isEqualTo(new Step.Delete("pool0001.pv"));
  }

  @Test
  void released_and_retain_stays_and_loses_the_finalizer() {
    Step step = decide(policy(provisioned("Released"), "Retain"), Optional.empty());
    assertThat(step).isInstanceOf(Step.Write.class);
    PersistentVolume written = ((Step.Write) step).volume();
    assertThat(written.getMetadata().getFinalizers()).isEmpty();
    assertThat(decide(new PersistentVolumeBuilder(written), Optional.empty()))
        .isEqualTo(new Step.Nothing());
  }

  @Test
  void a_policy_that_becomes_delete_brings_the_finalizer() {
    PersistentVolumeBuilder bare =
        provisioned("Bound").editMetadata().withFinalizers().endMetadata();
    assertThat(decide(bare, Optional.of(OWNER)))
        .isInstanceOfSatisfying(
            Step.Write.class,
            write ->
                assertThat(write.volume().getMetadata().getFinalizers())
                    .containsExactly(Names.PROVISIONER_FINALIZER));
  }

  @Test
  void recycle_fails_as_upstream_fails_it_for_csi() {
    PersistentVolumeBuilder bare =
        policy(provisioned("Released"), "Recycle").editMetadata().withFinalizers().endMetadata();
    Step step = decide(bare, Optional.empty());
    assertThat(phaseWritten(step)).isEqualTo("Failed");
    assertThat(((Step.WriteStatus) step).notice().orElseThrow().message())
        .isEqualTo("No recycler plugin found for the volume!");
  }

  @Test
  void a_volume_of_another_driver_is_never_deleted() {
    PersistentVolumeBuilder foreign =
        provisioned("Released")
            .editMetadata()
            .addToAnnotations(Names.PROVISIONED_BY, "other.example.com")
            .endMetadata();
    assertThat(decide(foreign, Optional.empty())).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_pv_deleted_by_hand_waits_for_its_claim_then_takes_its_volume_along() {
    assertThat(decide(going(provisioned("Bound")), Optional.of(OWNER)))
        .isEqualTo(new Step.Nothing());
    assertThat(decide(going(provisioned("Bound")), Optional.empty()))
        .isEqualTo(new Step.ConfirmReleased());
    assertThat(decide(going(provisioned("Released")), Optional.empty()))
        .isEqualTo(new Step.Delete("pool0001.pv"));
  }

  @Test
  void a_retained_pv_deleted_by_hand_is_protected_by_its_claim_and_by_nothing_else() {
    PersistentVolumeBuilder retained = going(policy(unkept(), "Retain"));
    assertThat(decide(retained, Optional.of(OWNER))).isEqualTo(new Step.Nothing());
    assertThat(decide(retained, Optional.empty())).isEqualTo(new Step.ConfirmReleased());
    retained.editSpec().withClaimRef(null).endSpec();
    assertThat(phaseWritten(decide(retained, Optional.empty()))).isEqualTo("Available");
  }

  private static PersistentVolumeBuilder unkept() {
    return provisioned("Bound")
        .editMetadata()
        .removeFromFinalizers(Names.PROVISIONER_FINALIZER)
        .endMetadata();
  }

  @Test
  void a_volume_made_for_a_claim_that_took_another_is_released() {
    PersistentVolumeClaim elsewhere =
        new PersistentVolumeClaimBuilder(OWNER)
            .editSpec()
            .withVolumeName("other-pv")
            .endSpec()
            .build();
    assertThat(decide(provisioned("Bound"), Optional.of(elsewhere)))
        .isEqualTo(new Step.ConfirmReleased());
  }

  @Test
  void a_volume_that_waits_for_its_claim_to_be_bound_is_left_alone() {
    PersistentVolumeClaim unbound =
        new PersistentVolumeClaimBuilder(OWNER).editSpec().withVolumeName(null).endSpec().build();
    assertThat(decide(provisioned("Pending"), Optional.of(unbound))).isEqualTo(new Step.Nothing());
  }

  private static PersistentVolumeBuilder beside(String phase) {
    return Objects.volume("pv")
        .editMetadata()
        .addToFinalizers(Names.PROVISIONER_FINALIZER)
        .endMetadata()
        .editSpec()
        .withPersistentVolumeReclaimPolicy("Delete")
        .withNewClaimRef()
        .withNamespace("default")
        .withName("data")
        .withUid("uid-gone")
        .endClaimRef()
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .endStatus();
  }

  private static Step decideBeside(PersistentVolumeBuilder volume) {
    return new VolumeDecision(FakeCsi.NAME, false)
        .decide(new Seen(new Volume(volume.build()), Optional.empty()));
  }

  @Test
  void beside_kube_controller_manager_only_it_says_that_a_volume_is_released() {
    assertThat(decideBeside(beside("Bound"))).isEqualTo(new Step.Nothing());
    assertThat(
            decideBeside(
                beside("Bound")
                    .editMetadata()
                    .withDeletionTimestamp("2026-01-02T03:04:05Z")
                    .endMetadata()))
        .isEqualTo(new Step.Nothing());
    assertThat(decideBeside(beside("Released"))).isInstanceOf(Step.Delete.class);
    assertThat(
            decideBeside(
                beside("Released").editSpec().editCsi().withDriver("other").endCsi().endSpec()))
        .isEqualTo(new Step.Nothing());
  }

  @Test
  void beside_kube_controller_manager_a_released_volume_is_kept_for_its_claim_and_for_no_other() {
    PersistentVolumeBuilder released = provisioned("Released");
    PersistentVolumeClaimBuilder elsewhere = new PersistentVolumeClaimBuilder(OWNER);
    elsewhere.editSpec().withVolumeName("other-pv").endSpec();
    VolumeDecision beside = new VolumeDecision(FakeCsi.NAME, false);

    assertThat(beside.decide(seen(released, OWNER))).isEqualTo(new Step.Nothing());
    assertThat(beside.decide(seen(released, elsewhere.build()))).isInstanceOf(Step.Delete.class);
  }

  private static Seen seen(PersistentVolumeBuilder volume, PersistentVolumeClaim claim) {
    return new Seen(new Volume(volume.build()), Optional.of(new Claim(claim)));
  }

  @Test
  void beside_kube_controller_manager_a_claim_bound_elsewhere_is_its_business() {
    assertThat(decideBeside(beside("Available"))).isEqualTo(new Step.Nothing());
  }
}
