package dev.berth.provisioner;

import static dev.berth.provisioner.Disks.byHand;
import static dev.berth.provisioner.Disks.claim;
import static dev.berth.provisioner.Disks.disk;
import static dev.berth.provisioner.Disks.keptFor;
import static dev.berth.provisioner.Disks.local;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which volumes claims get that wait for their first consumer. */
abstract class WaitingContract extends MatchingContract {
  private static final String WAIT = "WaitForFirstConsumer";

  static Pod podOf(String name, String... claims) {
    PodBuilder pod =
        new PodBuilder(Objects.pod(name, claims[0])).editSpec().withVolumes().endSpec();
    for (String claim : claims) {
      pod.editSpec()
          .addNewVolume()
          .withName(claim.equals(claims[0]) ? "data" : claim)
          .withNewPersistentVolumeClaim()
          .withClaimName(claim)
          .endPersistentVolumeClaim()
          .endVolume()
          .endSpec();
    }
    return pod.build();
  }

  @Test
  void a_local_volume_waits_for_the_pod_and_is_chosen_where_the_pod_will_be() {
    cluster.create(byHand("local", WAIT));
    available(
        local("elsewhere", "50Mi", "local", "another-node").build(),
        local("here-large", "2Gi", "local", FakeCsi.NODE).build(),
        local("here", "1Gi", "local", FakeCsi.NODE).build());
    pends(
        claim("data", "50Mi", "local").build(),
        "WaitForFirstConsumer: waiting for first consumer to be created before binding");
    cluster.create(podOf("web", "data"));
    assertThat(binder.boundVolume("data")).isEqualTo("here");
    assertThat(binder.volume("here").annotation(Names.BOUND_BY_CONTROLLER)).contains("yes");
    assertThat(binder.claim("data").selectedNode()).isEmpty();
  }

  @Test
  void a_pod_whose_local_volume_is_missing_waits_and_says_so() {
    cluster.create(byHand("local", WAIT));
    available(local("elsewhere", "1Gi", "local", "another-node").build());
    cluster.create(claim("data", "50Mi", "local").build());
    HasMetadata pod = cluster.create(podOf("web", "data"));
    binder.told(
        pod,
        "FailedScheduling: 0/1 nodes are available: 1 node(s) didn't find available persistent"
            + " volumes to bind.");
    cluster.create(local("here", "1Gi", "local", FakeCsi.NODE).build());
    assertThat(binder.boundVolume("data")).isEqualTo("here");
  }

  @Test
  void the_claims_of_one_pod_get_a_volume_each_the_smallest_first() {
    cluster.create(byHand("local", WAIT));
    available(
        local("small", "100Mi", "local", FakeCsi.NODE).build(),
        local("large", "1Gi", "local", FakeCsi.NODE).build());
    cluster.create(claim("big", "100Mi", "local").build());
    cluster.create(claim("little", "50Mi", "local").build());
    cluster.create(podOf("web", "big", "little"));
    assertThat(List.of(binder.boundVolume("little"), binder.boundVolume("big")))
        .containsExactly("small", "large");
  }

  @Test
  void a_waiting_claim_for_which_a_volume_is_kept_does_not_wait() {
    cluster.create(byHand("local", WAIT));
    available(keptFor(local("kept", "1Gi", "local", FakeCsi.NODE), "data", "").build());
    assertThat(boundOf(claim("data", "50Mi", "local").build())).isEqualTo("kept");
  }

  @Test
  void a_waiting_class_with_a_provisioner_takes_what_is_there_before_it_makes_one() {
    cluster.create(Objects.waiting("fast"));
    available(disk("there", "1Gi", "fast").build());
    cluster.create(claim("one", "50Mi", "fast").build());
    cluster.create(claim("two", "50Mi", "fast").build());
    cluster.create(podOf("web", "one", "two"));
    binder.boundVolume("one");
    binder.boundVolume("two");
    assertThat(binder.csi().made()).isOne();
    assertThat(binder.volume("there").phase()).isEqualTo("Bound");
  }
}
