package dev.berth.provisioner.immediate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.Objects;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExistingTest {
  private static PersistentVolumeBuilder free() {
    return Objects.volume("ready")
        .editMetadata()
        .addToLabels("tier", "gold")
        .endMetadata()
        .editSpec()
        .withStorageClassName("fast")
        .endSpec();
  }

  private static PersistentVolumeClaimBuilder claim() {
    return Objects.stored(Objects.claim("data", "fast"));
  }

  private static boolean satisfies(PersistentVolumeBuilder volume, PersistentVolumeClaim claim) {
    return Existing.satisfies(new Volume(volume.build()), new Claim(claim));
  }

  @Test
  void a_free_volume_that_would_do_satisfies() {
    assertThat(satisfies(free(), claim().build())).isTrue();
  }

  @Test
  void too_small_another_class_mode_or_access_does_not() {
    PersistentVolumeClaim claim = claim().build();
    assertThat(
            satisfies(
                free().editSpec().addToCapacity("storage", new Quantity("63Mi")).endSpec(), claim))
        .isFalse();
    assertThat(satisfies(free().editSpec().withStorageClassName("slow").endSpec(), claim))
        .isFalse();
    assertThat(satisfies(free().editSpec().withVolumeMode("Block").endSpec(), claim)).isFalse();
    assertThat(satisfies(free().editSpec().withAccessModes("ReadOnlyMany").endSpec(), claim))
        .isFalse();
  }

  @Test
  void what_is_kept_for_another_claim_or_was_another_claims_does_not() {
    PersistentVolumeClaim claim = claim().build();
    PersistentVolumeClaim other = Objects.stored(Objects.claim("other", "fast")).build();
    assertThat(satisfies(new PersistentVolumeBuilder(Objects.claimed(free(), claim)), claim))
        .isTrue();
    assertThat(satisfies(new PersistentVolumeBuilder(Objects.claimed(free(), other)), claim))
        .isFalse();
    assertThat(satisfies(free().withNewStatus().withPhase("Failed").endStatus(), claim)).isFalse();
    assertThat(
            satisfies(
                free().editMetadata().withDeletionTimestamp("2026-01-02T03:04:05Z").endMetadata(),
                claim))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "tier, In, gold, true",
    "tier, In, silver, false",
    "tier, NotIn, gold, false",
    "rack, NotIn, gold, true",
    "tier, Exists, , true",
    "rack, Exists, , false",
    "rack, DoesNotExist, , true",
    "tier, DoesNotExist, , false"
  })
  void a_selector_chooses_by_labels(String key, String operator, String value, boolean chosen) {
    var selector = new LabelSelectorBuilder().addNewMatchExpression();
    selector.withKey(key).withOperator(operator);
    if (value != null) {
      selector.withValues(value);
    }
    PersistentVolumeClaim choosy =
        claim().editSpec().withSelector(selector.endMatchExpression().build()).endSpec().build();
    assertThat(satisfies(free(), choosy)).isEqualTo(chosen);
  }
}
