package dev.berth.provisioner.expansion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.NodeServiceCapability;
import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.Machine;
import dev.berth.provisioner.Objects;
import dev.berth.provisioner.csi.Capabilities;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ExpansionDecisionTest {
  private static final Capabilities BOTH =
      new Capabilities(
          Set.of(),
          Set.of(ControllerServiceCapability.RPC.Type.EXPAND_VOLUME),
          Set.of(NodeServiceCapability.RPC.Type.EXPAND_VOLUME));
  private static final Capabilities NODE_ONLY =
      new Capabilities(Set.of(), Set.of(), Set.of(NodeServiceCapability.RPC.Type.EXPAND_VOLUME));
  private static final Capabilities NONE = new Capabilities(Set.of(), Set.of(), Set.of());
  private static final StorageClass GROWS = Objects.klass("fast").build();

  private static PersistentVolumeClaimBuilder bound(String request) {
    return Objects.stored(Objects.claim("data", "fast"))
        .editSpec()
        .withVolumeName("pv")
        .editResources()
        .addToRequests("storage", new Quantity(request))
        .endResources()
        .endSpec()
        .withNewStatus()
        .withPhase("Bound")
        .withCapacity(Map.of("storage", new Quantity("64Mi")))
        .endStatus();
  }

  private static PersistentVolumeClaimBuilder at(String request, String allocated, String word) {
    return bound(request)
        .editStatus()
        .addToAllocatedResources("storage", new Quantity(allocated))
        .addToAllocatedResourceStatuses("storage", word)
        .endStatus();
  }

  private static Step decide(
      PersistentVolumeClaimBuilder builder, Capabilities driver, StorageClass klass) {
    PersistentVolumeClaim claim = builder.build();
    return new ExpansionDecision(FakeCsi.NAME, driver)
        .decide(
            new Seen(
                new Claim(claim),
                Optional.of(new Volume(Objects.claimed(Objects.volume("pv"), claim))),
                Optional.of(new Klass(klass)),
                Machine.CLOCK.instant()));
  }

  @Test
  void a_claim_that_has_what_it_asks_for_is_left_alone() {
    assertThat(decide(bound("64Mi"), BOTH, GROWS)).isEqualTo(new Step.Nothing());
    assertThat(decide(bound("50Mi"), BOTH, GROWS)).isEqualTo(new Step.Nothing());
  }

  @Test
  void first_the_claim_says_that_it_grows() {
    assertThat(decide(bound("128Mi"), BOTH, GROWS))
        .isInstanceOfSatisfying(
            Step.WriteStatus.class,
            write -> {
              var status = write.claim().getStatus();
              assertThat(status.getAllocatedResources())
                  .containsEntry("storage", new Quantity("128Mi"));
              assertThat(status.getAllocatedResourceStatuses())
                  .containsEntry("storage", "ControllerResizeInProgress");
              assertThat(status.getConditions())
                  .singleElement()
                  .satisfies(
                      condition -> {
                        assertThat(condition.getType()).isEqualTo("Resizing");
                        assertThat(condition.getStatus()).isEqualTo("True");
                        assertThat(condition.getLastTransitionTime())
                            .isEqualTo("2026-01-02T03:04:05Z");
                      });
            });
  }

  @Test
  void then_the_driver_is_called() {
    assertThat(decide(at("128Mi", "128Mi", "ControllerResizeInProgress"), BOTH, GROWS))
        .isInstanceOfSatisfying(
            Step.Expand.class,
            step -> {
              assertThat(step.request().getVolumeId()).isEqualTo("pool0001.pv");
              assertThat(step.request().getCapacityRange().getRequiredBytes())
                  .isEqualTo(128L << 20);
            });
  }

  @Test
  void a_driver_that_grows_on_the_node_alone_is_not_called() {
    assertThat(decide(at("128Mi", "128Mi", "ControllerResizeInProgress"), NODE_ONLY, GROWS))
        .isInstanceOf(Step.ExpandOnNode.class);
  }

  @Test
  void what_is_the_nodes_turn_is_left_to_the_node() {
    assertThat(decide(at("128Mi", "128Mi", "NodeResizePending"), BOTH, GROWS))
        .isEqualTo(new Step.Nothing());
  }

  @Test
  void a_larger_wish_meanwhile_begins_again() {
    assertThat(decide(at("256Mi", "128Mi", "NodeResizePending"), BOTH, GROWS))
        .isInstanceOfSatisfying(
            Step.WriteStatus.class,
            write ->
                assertThat(write.claim().getStatus().getAllocatedResources())
                    .containsEntry("storage", new Quantity("256Mi")));
  }

  @Test
  void a_class_that_does_not_allow_it_is_named() {
    assertThat(
            decide(
                bound("128Mi"),
                BOTH,
                Objects.klass("fast").withAllowVolumeExpansion(false).build()))
        .isInstanceOfSatisfying(
            Step.Tell.class,
            tell ->
                assertThat(tell.notice().message())
                    .isEqualTo(
                        "StorageClass fast: allowVolumeExpansion is not true; set it there and the"
                            + " claim grows"));
  }

  @Test
  void a_driver_that_cannot_is_named() {
    assertThat(decide(bound("128Mi"), NONE, GROWS))
        .isInstanceOfSatisfying(
            Step.Tell.class,
            tell ->
                assertThat(tell.notice().message())
                    .isEqualTo("driver " + FakeCsi.NAME + " does not expand volumes"));
  }

  @Test
  void a_wish_taken_back_leaves_no_trace() {
    assertThat(decide(at("64Mi", "128Mi", "ControllerResizeInfeasible"), BOTH, GROWS))
        .isInstanceOfSatisfying(
            Step.WriteStatus.class,
            write ->
                assertThat(write.claim().getStatus().getAllocatedResourceStatuses()).isEmpty());
  }

  @Test
  void a_claim_of_another_volume_is_left_alone() {
    PersistentVolumeClaim claim = bound("128Mi").build();
    PersistentVolumeClaim other =
        new PersistentVolumeClaimBuilder(claim).editMetadata().withUid("x").endMetadata().build();
    assertThat(
            new ExpansionDecision(FakeCsi.NAME, BOTH)
                .decide(
                    new Seen(
                        new Claim(claim),
                        Optional.of(new Volume(Objects.claimed(Objects.volume("pv"), other))),
                        Optional.of(new Klass(GROWS)),
                        Machine.CLOCK.instant())))
        .isEqualTo(new Step.Nothing());
  }
}
