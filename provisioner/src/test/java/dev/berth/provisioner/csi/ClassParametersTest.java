package dev.berth.provisioner.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClassParametersTest {
  @Test
  void what_is_for_the_controller_is_taken_out() {
    assertThat(
            ClassParameters.of(Map.of("csi.storage.k8s.io/fstype", "ext4", "allocation", "thick")))
        .isEqualTo(new ClassParameters("ext4", Map.of("allocation", "thick")));
  }

  @Test
  void a_secret_is_recognised_and_refused() {
    assertThatThrownBy(
            () -> ClassParameters.of(Map.of("csi.storage.k8s.io/node-stage-secret-name", "s")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "StorageClass parameter csi.storage.k8s.io/node-stage-secret-name: secrets are not"
                + " supported yet; remove it from the class");
  }

  @Test
  void an_unknown_key_with_the_reserved_prefix_is_refused() {
    assertThatThrownBy(() -> ClassParameters.of(Map.of("csi.storage.k8s.io/fsType", "xfs")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("StorageClass parameter csi.storage.k8s.io/fsType: unknown;");
  }
}
