package dev.berth.provisioner.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import org.junit.jupiter.api.Test;

final class IndexTest {
  @Test
  void a_volume_that_names_no_claim_is_free_and_found_by_its_class() {
    assertThat(Index.UNCLAIMED_VOLUME_BY_CLASS.valuesOf(volume().build())).containsExactly("fast");
    assertThat(
            Index.UNCLAIMED_VOLUME_BY_CLASS.valuesOf(
                volume().editSpec().withStorageClassName(null).endSpec().build()))
        .containsExactly("");
  }

  @Test
  void a_volume_that_names_a_claim_is_not_free() {
    assertThat(
            Index.UNCLAIMED_VOLUME_BY_CLASS.valuesOf(
                volume()
                    .editSpec()
                    .withNewClaimRef()
                    .withNamespace("ns")
                    .withName("data")
                    .endClaimRef()
                    .endSpec()
                    .build()))
        .isEmpty();
  }

  private static PersistentVolumeBuilder volume() {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName("pv")
        .endMetadata()
        .withNewSpec()
        .withStorageClassName("fast")
        .endSpec();
  }
}
