package dev.berth.provisioner.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.Objects;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClassParametersTest {
  @Test
  void what_is_for_the_controller_is_taken_out() {
    assertThat(
            ClassParameters.of(Map.of("csi.storage.k8s.io/fstype", "ext4", "allocation", "thick")))
        .isEqualTo(new ClassParameters("ext4", Map.of(), Map.of("allocation", "thick")));
  }

  private static PersistentVolumeClaim claim() {
    return Objects.stored(Objects.claim("data", "fast"))
        .editMetadata()
        .addToAnnotations("team", "blue")
        .endMetadata()
        .build();
  }

  private static SecretReference secret(String name, String namespace) {
    return ClassParameters.of(
            Map.of(
                "csi.storage.k8s.io/node-stage-secret-name", name,
                "csi.storage.k8s.io/node-stage-secret-namespace", namespace))
        .secret(SecretUse.NODE_STAGE, claim(), "pvc-1")
        .orElseThrow();
  }

  @Test
  void a_secret_may_be_named_after_claim_and_volume() {
    assertThat(
            secret(
                "${pvc.name}-${pvc.namespace}-${pv.name}-${pvc.annotations['team']}",
                "${pvc.namespace}"))
        .isEqualTo(new SecretReference("data-default-pvc-1-blue", "default"));
    assertThat(secret("plain", "team-${pv.name}"))
        .isEqualTo(new SecretReference("plain", "team-pvc-1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ${pvc.uid}               | default       | secret-name: ${pvc.uid} is not known here; use ${pv.name}, ${pvc.namespace}, ${pvc.name} or ${pvc.annotations['key']}
          s                        | ${pvc.name}   | secret-namespace: ${pvc.name} is not known here; use ${pv.name} or ${pvc.namespace}
          ${pvc.annotations['no']} | default       | secret-name: the claim has no annotation no; add it to the claim
          Big                      | default       | secret-name "Big" gives "Big", which is no DNS name; correct the class or the claim
          s                        | a.b           | secret-namespace "a.b" gives "a.b", which is no DNS name; correct the class or the claim
          """)
  void a_secret_that_has_no_name_is_refused(String name, String namespace, String message) {
    assertThatThrownBy(() -> secret(name, namespace))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("StorageClass parameter csi.storage.k8s.io/node-stage-" + message);
  }

  @Test
  void one_secret_may_serve_all_uses() {
    ClassParameters parameters =
        ClassParameters.of(
            Map.of(
                "csi.storage.k8s.io/secret-name", "all",
                "csi.storage.k8s.io/secret-namespace", "kube-system",
                "csi.storage.k8s.io/node-publish-secret-name", "mine",
                "csi.storage.k8s.io/node-publish-secret-namespace", "default"));
    for (SecretUse use : SecretUse.values()) {
      assertThat(parameters.secret(use, claim(), "pvc-1"))
          .contains(
              use == SecretUse.NODE_PUBLISH
                  ? new SecretReference("mine", "default")
                  : new SecretReference("all", "kube-system"));
    }
    assertThat(parameters.forDriver()).isEmpty();
  }

  @Test
  void a_former_name_of_a_secret_reaches_the_driver_too() {
    Map<String, String> former =
        Map.of("csiProvisionerSecretName", "old", "csiProvisionerSecretNamespace", "default");
    ClassParameters parameters = ClassParameters.of(former);
    assertThat(parameters.secret(SecretUse.PROVISIONER, claim(), "pvc-1"))
        .contains(new SecretReference("old", "default"));
    assertThat(parameters.forDriver()).isEqualTo(former);
  }

  @Test
  void a_name_without_a_namespace_is_refused() {
    assertThatThrownBy(
            () -> ClassParameters.of(Map.of("csi.storage.k8s.io/node-stage-secret-name", "s")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "StorageClass parameter csi.storage.k8s.io/node-stage-secret-namespace: missing beside"
                + " csi.storage.k8s.io/node-stage-secret-name; a secret needs both");
  }

  @Test
  void an_unknown_key_with_the_reserved_prefix_is_refused() {
    assertThatThrownBy(() -> ClassParameters.of(Map.of("csi.storage.k8s.io/fsType", "xfs")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("StorageClass parameter csi.storage.k8s.io/fsType: unknown;");
  }
}
