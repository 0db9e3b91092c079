package dev.berth.provisioner.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.Machine;
import dev.berth.provisioner.Objects;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlacementDecisionTest {
  private static final Node NODE =
      new NodeBuilder()
          .withNewMetadata()
          .withName(FakeCsi.NODE)
          .addToLabels("disk", "ssd")
          .endMetadata()
          .build();
  private static final StorageClass IMMEDIATE = Objects.klass("fast").build();
  private static final StorageClass WAITING = Objects.waiting("fast");
  private static final Pod POD = Objects.pod("web", "data");

  private static Step decide(Pod pod, Seen.Use... uses) {
    return new PlacementDecision()
        .decide(new Seen(new PodView(pod), List.of(uses), NODE, Machine.CLOCK.instant()));
  }

  private static Seen.Use use(PersistentVolumeClaimBuilder claim, StorageClass klass) {
    return use(claim, klass, Optional.empty(), false);
  }

  private static Seen.Use use(
      PersistentVolumeClaimBuilder claim,
      StorageClass klass,
      Optional<PersistentVolume> volume,
      boolean taken) {
    return new Seen.Use(
        Key.of("default", "data"),
        Optional.of(new Claim(claim.build())),
        volume.map(Volume::new),
        Optional.of(new Klass(klass)),
        List.of(),
        taken);
  }

  private static PersistentVolumeClaimBuilder pending() {
    return Objects.stored(Objects.claim("data", "fast"));
  }

  private static PersistentVolumeClaimBuilder bound() {
    return pending()
        .editMetadata()
        .addToAnnotations(Names.BIND_COMPLETED, "yes")
        .endMetadata()
        .editSpec()
        .withVolumeName("pv")
        .endSpec()
        .editStatus()
        .withPhase("Bound")
        .endStatus();
  }

  private static String refusal(Step step) {
    return step instanceof Step.Refuse(Pod _, String message) ? message : "not refused: " + step;
  }

  @Test
  void a_missing_claim_is_named() {
    Seen.Use missing =
        new Seen.Use(
            Key.of("default", "data"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            false);
    Step step = decide(POD, missing);
    assertThat(refusal(step))
        .isEqualTo("0/1 nodes are available: persistentvolumeclaim \"data\" not found.");
    var condition = ((Step.Refuse) step).pod().getStatus().getConditions().getFirst();
    assertThat(condition.getType()).isEqualTo("PodScheduled");
    assertThat(condition.getStatus()).isEqualTo("False");
    assertThat(condition.getReason()).isEqualTo("Unschedulable");
    assertThat(decide(((Step.Refuse) step).pod(), missing)).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_claim_that_is_still_to_be_made_for_an_ephemeral_volume_is_waited_for() {
    Pod pod =
        new PodBuilder(POD)
            .editSpec()
            .withVolumes()
            .addNewVolume()
            .withName("data")
            .withNewEphemeral()
            .endEphemeral()
            .endVolume()
            .endSpec()
            .build();
    Seen.Use use =
        new Seen.Use(
            Key.of("default", "web-data"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            false);

    assertThat(refusal(decide(pod, use)))
        .isEqualTo(
            "0/1 nodes are available: waiting for ephemeral volume controller to create the"
                + " persistentvolumeclaim \"web-data\".");
  }

  @Test
  void a_claim_that_goes_is_not_used() {
    assertThat(
            refusal(
                decide(
                    POD,
                    use(
                        bound()
                            .editMetadata()
                            .withDeletionTimestamp("2026-01-01T00:00:00Z")
                            .endMetadata(),
                        IMMEDIATE))))
        .isEqualTo("0/1 nodes are available: persistentvolumeclaim \"data\" is being deleted.");
  }

  @Test
  void an_unbound_immediate_claim_keeps_the_pod_waiting() {
    assertThat(refusal(decide(POD, use(pending(), IMMEDIATE))))
        .isEqualTo("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.");
  }

  @Test
  void a_lost_claim_names_its_volume() {
    assertThat(
            refusal(
                decide(POD, use(bound().editStatus().withPhase("Lost").endStatus(), IMMEDIATE))))
        .isEqualTo(
            "0/1 nodes are available: persistentvolumeclaim \"data\" bound to non-existent"
                + " persistentvolume \"pv\".");
  }

  @Test
  void a_claim_that_waits_is_told_the_node_and_then_waited_for() {
    Step step = decide(POD, use(pending(), WAITING));
    assertThat(step)
        .isInstanceOfSatisfying(
            Step.SelectNode.class,
            select ->
                assertThat(select.claim().getMetadata().getAnnotations())
                    .containsEntry(Names.SELECTED_NODE, FakeCsi.NODE));
    PersistentVolumeClaimBuilder told =
        new PersistentVolumeClaimBuilder(((Step.SelectNode) step).claim());
    assertThat(decide(POD, use(told, WAITING))).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_hand_made_volume_that_is_not_there_is_missed() {
    StorageClass byHand =
        Objects.klass("fast")
            .withProvisioner(Names.NO_PROVISIONER)
            .withVolumeBindingMode("WaitForFirstConsumer")
            .build();
    assertThat(refusal(decide(POD, use(pending(), byHand))))
        .isEqualTo(
            "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to"
                + " bind.");
  }

  @Test
  void a_pod_with_all_it_needs_is_placed_and_confirmed() {
    Step step = decide(POD, use(bound(), IMMEDIATE));
    assertThat(step).isInstanceOf(Step.Place.class);
    Pod placed = ((Step.Place) step).pod();
    assertThat(placed.getSpec().getNodeName()).isEqualTo(FakeCsi.NODE);
    Step next = decide(placed, use(bound(), IMMEDIATE));
    assertThat(next).isInstanceOf(Step.Confirm.class);
    Pod confirmed = ((Step.Confirm) next).pod();
    assertThat(confirmed.getStatus().getConditions().getFirst().getStatus()).isEqualTo("True");
    assertThat(decide(confirmed, use(bound(), IMMEDIATE))).isEqualTo(new Step.Nothing());
  }

  @Test
  void a_pod_without_volumes_is_placed() {
    assertThat(decide(POD)).isInstanceOf(Step.Place.class);
  }

  @Test
  void a_claim_for_one_pod_is_not_given_to_two() {
    PersistentVolumeClaimBuilder single =
        bound().editSpec().withAccessModes("ReadWriteOncePod").endSpec();
    assertThat(refusal(decide(POD, use(single, IMMEDIATE, Optional.empty(), true))))
        .isEqualTo(
            "0/1 nodes are available: node has pod using PersistentVolumeClaim with the same name"
                + " and ReadWriteOncePod access mode.");
    assertThat(decide(POD, use(bound(), IMMEDIATE, Optional.empty(), true)))
        .isInstanceOf(Step.Place.class);
  }

  @Test
  void a_volume_of_another_node_is_a_conflict() {
    PersistentVolume elsewhere =
        Objects.volume("pv")
            .editSpec()
            .withNewNodeAffinity()
            .withNewRequired()
            .addNewNodeSelectorTerm()
            .withMatchExpressions(new NodeSelectorRequirement("disk", "In", List.of("hdd")))
            .endNodeSelectorTerm()
            .endRequired()
            .endNodeAffinity()
            .endSpec()
            .build();
    assertThat(refusal(decide(POD, use(bound(), IMMEDIATE, Optional.of(elsewhere), false))))
        .isEqualTo("0/1 nodes are available: 1 node(s) had volume node affinity conflict.");
  }

  @Test
  void a_pod_that_wants_another_node_stays_without() {
    Pod picky = new PodBuilder(POD).editSpec().addToNodeSelector("disk", "hdd").endSpec().build();
    assertThat(refusal(decide(picky)))
        .isEqualTo("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
    Pod fits = new PodBuilder(POD).editSpec().addToNodeSelector("disk", "ssd").endSpec().build();
    assertThat(decide(fits)).isInstanceOf(Step.Place.class);
  }

  @Test
  void another_schedulers_pod_is_left_alone() {
    Pod other = new PodBuilder(POD).editSpec().withSchedulerName("other").endSpec().build();
    assertThat(decide(other)).isEqualTo(new Step.Nothing());
  }
}
