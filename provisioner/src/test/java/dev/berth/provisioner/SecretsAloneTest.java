package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secrets of a StorageClass on one machine: named in the volume, told to the driver alone. */
class SecretsAloneTest {
  private static final String PREFIX = "csi.storage.k8s.io/";
  private static final Map<String, String> VALUES = Map.of("passphrase", "open sesame");

  @TempDir private Path folder;
  private Machine machine;

  @BeforeEach
  void start() {
    machine = new Machine(folder);
    machine
        .cluster()
        .create(
            Objects.klass("sealed")
                .addToParameters(PREFIX + "provisioner-secret-name", "key-of-${pvc.name}")
                .addToParameters(PREFIX + "provisioner-secret-namespace", "${pvc.namespace}")
                .addToParameters(PREFIX + "node-stage-secret-name", "stage-${pv.name}")
                .addToParameters(PREFIX + "node-stage-secret-namespace", "kube-system")
                .addToParameters(PREFIX + "node-publish-secret-name", "${pvc.annotations['key']}")
                .addToParameters(PREFIX + "node-publish-secret-namespace", "kube-system")
                .addToParameters(PREFIX + "node-expand-secret-name", "grow")
                .addToParameters(PREFIX + "node-expand-secret-namespace", "kube-system")
                .addToParameters(PREFIX + "controller-expand-secret-name", "key-of-${pvc.name}")
                .addToParameters(PREFIX + "controller-expand-secret-namespace", "default")
                .build());
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private void claim() {
    machine
        .cluster()
        .create(
            Objects.claim("data", "sealed")
                .editMetadata()
                .addToAnnotations("key", "publish")
                .endMetadata()
                .build());
    machine.settle();
  }

  private void secret() {
    machine
        .cluster()
        .create(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("key-of-data")
                .endMetadata()
                .withStringData(VALUES)
                .build());
    machine.settle();
  }

  private List<String> events(String reason) {
    return machine.events(machine.claim("data").uid()).stream()
        .filter(event -> event.startsWith(reason + ": "))
        .toList();
  }

  @Test
  void they_reach_the_driver_and_the_volume_names_them() {
    claim();
    assertThat(events("ProvisioningFailed"))
        .containsExactly(
            "ProvisioningFailed: failed to provision volume with StorageClass \"sealed\": error getting secret"
                + " default/key-of-data: secrets \"key-of-data\" not found; create it, or correct"
                + " the StorageClass");
    secret();
    Volume volume = machine.volumeOf("data");
    assertThat(volume.raw().getMetadata().getAnnotations())
        .containsEntry(Names.DELETION_SECRET_NAME, "key-of-data")
        .containsEntry(Names.DELETION_SECRET_NAMESPACE, "default");
    var csi = volume.csi().orElseThrow();
    assertThat(csi.getNodeStageSecretRef())
        .isEqualTo(new SecretReference("stage-" + volume.name(), "kube-system"));
    assertThat(csi.getNodePublishSecretRef())
        .isEqualTo(new SecretReference("publish", "kube-system"));
    assertThat(csi.getNodeExpandSecretRef()).isEqualTo(new SecretReference("grow", "kube-system"));
    assertThat(csi.getControllerExpandSecretRef())
        .isEqualTo(new SecretReference("key-of-data", "default"));

    machine.resize("data", "128Mi");
    machine.settle();
    machine.growOnNode("data");
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(machine.csi().volumes()).isEmpty();
    assertThat(machine.csi().secrets()).hasSize(3).containsOnly(VALUES);
  }

  @Test
  void nothing_that_is_stored_holds_their_values_but_they_themselves() {
    claim();
    secret();
    machine.resize("data", "128Mi");
    machine.settle();
    for (Kind<?> kind : List.of(Kind.CLAIM, Kind.VOLUME, Kind.EVENT, Kind.STORAGE_CLASS)) {
      for (HasMetadata object : machine.cluster().list(kind)) {
        assertThat(Serialization.asJson(object))
            .doesNotContain("open sesame")
            .doesNotContain("b3BlbiBzZXNhbWU");
      }
    }
  }

  @Test
  void growth_waits_for_a_secret_that_is_missing() {
    claim();
    secret();
    machine.delete(Kind.SECRET, "key-of-data");
    machine.resize("data", "128Mi");
    machine.settle();
    assertThat(events("VolumeResizeFailed"))
        .containsExactly(
            "VolumeResizeFailed: resize volume \""
                + machine.volumeOf("data").name()
                + "\" by resizer \"fake.csi.berth.dev\" failed: error getting secret"
                + " default/key-of-data: secrets \"key-of-data\" not found; create it, or correct"
                + " the StorageClass");
    secret();
    assertThat(machine.volumeOf("data").capacity()).hasToString("128Mi");
  }
}
