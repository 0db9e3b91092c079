package dev.berth.provisioner.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.Objects;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import org.junit.jupiter.api.Test;

final class PlacingTest {
  private static final Klass FAST = new Klass(Objects.klass("fast").build());

  /** On a node it could not be made, and in custody it could not be deleted. */
  @Test
  void a_claim_whose_access_modes_no_driver_knows_is_refused_before_it_is_given_to_a_node() {
    PersistentVolumeClaimBuilder claim = Objects.stored(Objects.claim("data", "fast"));
    assertThat(Placing.refusal(new Claim(claim.build()), FAST)).isEmpty();

    claim.editSpec().withAccessModes("ReadWriteOnce", "ReadOnlyMany").endSpec();
    assertThat(Placing.refusal(new Claim(claim.build()), FAST))
        .map(Notice::message)
        .hasValue(
            "failed to provision volume with StorageClass \"fast\": spec.accessModes"
                + " [ReadWriteOnce, ReadOnlyMany]: CSI has no mode for ReadWriteOnce with"
                + " ReadOnlyMany; name one of them");
  }
}
