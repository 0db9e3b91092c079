package dev.berth.provisioner.claim;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided where kube-controller-manager decides the rest. */
final class BesideDecisionTest {
  private static final StorageClass FAST = Objects.klass("fast").build();
  private static final String ELSEWHERE = "node-2";

  private final ClaimDecision decision =
      new ClaimDecision(
          new Home(
              FakeCsi.NAME,
              new Capabilities(
                  Set.of(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS),
                  Set.of(),
                  Set.of()),
              FakeCsi.NODE,
              Optional.of(
                  Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, FakeCsi.NODE).build()),
              true,
              "1-2-x"));

  private static PersistentVolumeClaimBuilder selected(String node) {
    return Objects.stored(Objects.claim("data", "fast"))
        .editMetadata()
        .addToAnnotations(Names.SELECTED_NODE, node)
        .endMetadata();
  }

  private static PersistentVolumeClaimBuilder asked(PersistentVolumeClaimBuilder claim) {
    return claim
        .editMetadata()
        .addToAnnotations(Names.STORAGE_PROVISIONER, FakeCsi.NAME)
        .endMetadata();
  }

  private static PersistentVolumeClaimBuilder inCustody() {
    return asked(selected(FakeCsi.NODE))
        .editMetadata()
        .addToFinalizers(Names.CREATING_FINALIZER)
        .endMetadata();
  }

  private static PersistentVolume made(PersistentVolumeClaim claim, String node, String phase) {
    return new PersistentVolumeBuilder(
            Objects.claimed(Objects.volume("pvc-" + claim.getMetadata().getUid()), claim))
        .editMetadata()
        .addToLabels(FakeCsi.TOPOLOGY, node)
        .addToAnnotations(Names.PROVISIONED_BY, FakeCsi.NAME)
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }

  private Step decide(PersistentVolumeClaimBuilder claim, Share share) {
    return decide(claim.build(), Optional.empty(), share);
  }

  private Step decide(PersistentVolumeClaim claim, Optional<PersistentVolume> volume, Share share) {
    return decision.decide(
        new Seen(
            new Claim(claim),
            volume.map(Volume::new),
            new Seen.ClassChoice.Found(new Klass(FAST)),
            share));
  }

  @ParameterizedTest
  @EnumSource(names = {"BINDING", "PROVISIONING"})
  void a_claim_without_a_node_or_of_another_is_nothing_to_us(Share share) {
    PersistentVolumeClaimBuilder nowhere = Objects.stored(Objects.claim("data", "fast"));
    assertThat(decide(nowhere, share)).isEqualTo(new Step.Nothing());
    assertThat(decide(asked(selected(ELSEWHERE)), share)).isEqualTo(new Step.Nothing());
  }

  @Test
  void who_does_not_bind_waits_until_it_is_asked() {
    assertThat(decide(selected(FakeCsi.NODE), Share.PROVISIONING)).isEqualTo(new Step.Nothing());
    assertThat(decide(asked(selected(FakeCsi.NODE)), Share.PROVISIONING))
        .isInstanceOf(Step.WriteClaim.class);
    assertThat(decide(inCustody(), Share.PROVISIONING)).isInstanceOf(Step.Provision.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"BINDING", "PROVISIONING"})
  void a_claim_that_had_its_volume_goes_without_asking_for_it_by_name_again(Share share) {
    PersistentVolumeClaimBuilder lost = inCustody();
    lost.editMetadata().withDeletionTimestamp("2026-01-02T03:04:05Z").endMetadata();
    assertThat(decide(lost, share)).isInstanceOf(Step.CleanUp.class);

    lost.editSpec().withVolumeName("pvc-" + lost.build().getMetadata().getUid()).endSpec();
    assertThat(decide(lost, share)).isEqualTo(Finalizers.release(new Claim(lost.build())));
  }

  @Test
  void the_former_annotation_asks_as_well() {
    PersistentVolumeClaimBuilder formerly =
        selected(FakeCsi.NODE)
            .editMetadata()
            .addToAnnotations(Names.BETA_STORAGE_PROVISIONER, FakeCsi.NAME)
            .endMetadata();
    assertThat(decide(formerly, Share.PROVISIONING)).isInstanceOf(Step.WriteClaim.class);
  }

  @Test
  void who_binds_asks_itself_and_takes_custody_in_one_write() {
    assertThat(decide(selected(FakeCsi.NODE), Share.BINDING))
        .isInstanceOfSatisfying(
            Step.WriteClaim.class,
            write -> {
              assertThat(write.claim().getMetadata().getFinalizers())
                  .containsExactly(Names.CREATING_FINALIZER);
              assertThat(write.claim().getMetadata().getAnnotations())
                  .containsEntry(Names.STORAGE_PROVISIONER, FakeCsi.NAME);
            });
  }

  @Test
  void binding_goes_in_the_order_of_kube_controller_manager() {
    PersistentVolumeClaim claim = inCustody().build();
    Optional<PersistentVolume> pending = Optional.of(made(claim, FakeCsi.NODE, "Pending"));
    assertThat(decide(claim, pending, Share.BINDING)).isInstanceOf(Step.WriteVolumeStatus.class);
    Optional<PersistentVolume> bound = Optional.of(made(claim, FakeCsi.NODE, "Bound"));
    assertThat(decide(claim, bound, Share.BINDING))
        .isInstanceOfSatisfying(
            Step.WriteClaim.class,
            write -> {
              assertThat(write.claim().getSpec().getVolumeName()).isEqualTo("pvc-uid-data");
              assertThat(write.claim().getMetadata().getAnnotations())
                  .containsEntry(Names.BIND_COMPLETED, "yes")
                  .containsEntry(Names.BOUND_BY_CONTROLLER, "yes");
              assertThat(write.claim().getMetadata().getFinalizers()).isEmpty();
              assertThat(decide(write.claim(), bound, Share.BINDING))
                  .isInstanceOf(Step.WriteClaimStatus.class);
            });
  }

  @Test
  void who_does_not_bind_lets_the_claim_go_once_it_has_its_volume() {
    PersistentVolumeClaim claim = inCustody().build();
    assertThat(decide(claim, Optional.of(made(claim, FakeCsi.NODE, "Pending")), Share.PROVISIONING))
        .isInstanceOfSatisfying(
            Step.WriteClaim.class,
            write -> {
              assertThat(write.claim().getMetadata().getFinalizers()).isEmpty();
              assertThat(write.claim().getSpec().getVolumeName()).isNull();
            });
  }

  @Test
  void a_claim_that_the_guard_would_not_protect_is_not_bound() {
    PersistentVolumeClaim unmarked = selected(FakeCsi.NODE).build();
    assertThat(decide(unmarked, Optional.of(made(unmarked, FakeCsi.NODE, "Bound")), Share.BINDING))
        .isEqualTo(new Step.Nothing());
  }

  @Test
  void a_claim_that_was_bound_elsewhere_meanwhile_needs_no_volume_of_ours() {
    PersistentVolumeClaimBuilder taken = inCustody().editSpec().withVolumeName("another").endSpec();
    assertThat(decide(taken, Share.BINDING)).isInstanceOf(Step.CleanUp.class);
    PersistentVolumeClaim claim = taken.build();
    assertThat(decide(claim, Optional.of(made(claim, FakeCsi.NODE, "Bound")), Share.BINDING))
        .isInstanceOfSatisfying(
            Step.WriteClaim.class,
            write -> assertThat(write.claim().getSpec().getVolumeName()).isEqualTo("another"));
  }

  @Test
  void a_claim_that_goes_is_cleaned_up_after_by_its_own_node_only() {
    String now = "2026-01-02T03:04:05Z";
    assertThat(
            decide(
                inCustody().editMetadata().withDeletionTimestamp(now).endMetadata(), Share.BINDING))
        .isInstanceOf(Step.CleanUp.class);
    assertThat(
            decide(
                inCustody()
                    .editMetadata()
                    .withDeletionTimestamp(now)
                    .addToAnnotations(Names.SELECTED_NODE, ELSEWHERE)
                    .endMetadata(),
                Share.BINDING))
        .isEqualTo(new Step.Nothing());
  }

  @Test
  void phases_and_default_classes_are_not_ours() {
    PersistentVolumeClaim claim =
        selected(FakeCsi.NODE)
            .editSpec()
            .withStorageClassName(null)
            .endSpec()
            .withStatus(null)
            .build();
    assertThat(
            decision.decide(
                new Seen(
                    new Claim(claim),
                    Optional.empty(),
                    new Seen.ClassChoice.Default(new Klass(FAST)),
                    Share.BINDING)))
        .isEqualTo(new Step.Nothing());
  }
}
