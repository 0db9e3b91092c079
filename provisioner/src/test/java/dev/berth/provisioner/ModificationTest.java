package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClassBuilder;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VolumeAttributesClasses: at creation, and of volumes that are there. */
final class ModificationTest {
  @TempDir private Path folder;
  private Machine machine;

  @BeforeEach
  void start() {
    machine = new Machine(folder);
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(attributes("silver", Map.of("iops", "100")));
    machine.cluster().create(attributes("gold", Map.of("iops", "900")));
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private static VolumeAttributesClass attributes(String name, Map<String, String> parameters) {
    return new VolumeAttributesClassBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withDriverName(FakeCsi.NAME)
        .withParameters(parameters)
        .build();
  }

  private void claim(String className) {
    machine
        .cluster()
        .create(
            Objects.claim("data", "fast")
                .editSpec()
                .withVolumeAttributesClassName(className)
                .endSpec()
                .build());
    machine.settle();
  }

  private void ask(String className) {
    machine
        .cluster()
        .replace(
            new PersistentVolumeClaimBuilder(machine.claim("data").raw())
                .editSpec()
                .withVolumeAttributesClassName(className)
                .endSpec()
                .build());
    machine.pass();
    machine.settle();
  }

  private PersistentVolumeClaimStatus status() {
    return machine.claim("data").raw().getStatus();
  }

  private Map<String, String> driverHas() {
    return machine.csi().attributes(machine.volumeOf("data").csi().orElseThrow().getVolumeHandle());
  }

  private List<String> events() {
    return machine.events(machine.claim("data").uid());
  }

  @Test
  void a_volume_is_made_with_the_attributes_that_its_claim_names() {
    claim("silver");

    assertThat(driverHas()).isEqualTo(Map.of("iops", "100"));
    assertThat(status().getCurrentVolumeAttributesClassName()).isEqualTo("silver");
    assertThat(machine.volumeOf("data").raw().getSpec().getVolumeAttributesClassName())
        .isEqualTo("silver");
  }

  @Test
  void a_class_that_does_not_exist_keeps_the_claim_pending_until_it_comes() {
    claim("bronze");
    assertThat(events().getFirst())
        .endsWith(
            "spec.volumeAttributesClassName: VolumeAttributesClass \"bronze\" does not exist; apply"
                + " it");

    machine.cluster().create(attributes("bronze", Map.of("iops", "10")));
    machine.settle();

    assertThat(machine.claim("data").phase()).isEqualTo("Bound");
  }

  @Test
  void another_class_is_given_to_a_bound_volume() {
    claim("silver");

    ask("gold");

    assertThat(driverHas()).isEqualTo(Map.of("iops", "900"));
    assertThat(status().getCurrentVolumeAttributesClassName()).isEqualTo("gold");
    assertThat(status().getModifyVolumeStatus()).isNull();
    assertThat(status().getConditions()).isEmpty();
    assertThat(machine.volumeOf("data").raw().getSpec().getVolumeAttributesClassName())
        .isEqualTo("gold");
    assertThat(events())
        .anyMatch(e -> e.startsWith("VolumeModify: external resizer is modifying volume pvc-"))
        .anyMatch(e -> e.startsWith("VolumeModifySuccessful: external resizer modified volume"));
  }

  @Test
  void what_the_driver_will_not_do_is_infeasible_and_can_be_taken_back() {
    claim("silver");
    machine.cluster().create(attributes("odd", Map.of("unknown", "1")));

    ask("odd");

    assertThat(status().getModifyVolumeStatus().getStatus()).isEqualTo("Infeasible");
    assertThat(status().getConditions())
        .extracting(PersistentVolumeClaimCondition::getType)
        .containsExactly("ModifyVolumeError");
    assertThat(events())
        .contains(
            "VolumeModifyFailed: volume modification with vac odd failed: rpc error: code ="
                + " InvalidArgument desc = mutable_parameters.unknown: not known");

    ask("silver");

    assertThat(status().getModifyVolumeStatus()).isNull();
    assertThat(status().getConditions()).isEmpty();
    assertThat(events()).anyMatch(e -> e.startsWith("VolumeModifyCanceled: "));
    assertThat(driverHas()).isEqualTo(Map.of("iops", "100"));
  }

  @Test
  void a_change_whose_answer_was_lost_is_done_again() {
    claim("silver");
    machine.csi().loseReply("ControllerModifyVolume", Status.DEADLINE_EXCEEDED);

    ask("gold");

    assertThat(status().getCurrentVolumeAttributesClassName()).isEqualTo("gold");
    assertThat(machine.csi().calls().stream().filter("ControllerModifyVolume"::equals)).hasSize(2);
  }

  @Test
  void a_class_to_change_to_that_does_not_exist_is_waited_for() {
    claim("silver");

    ask("platinum");
    assertThat(status().getModifyVolumeStatus().getStatus()).isEqualTo("Pending");

    machine.cluster().create(attributes("platinum", Map.of("iops", "9000")));
    machine.settle();
    assertThat(driverHas()).isEqualTo(Map.of("iops", "9000"));
  }

  @Test
  void the_parameters_of_a_class_never_change() {
    assertThatThrownBy(
            () ->
                machine
                    .cluster()
                    .replace(
                        new VolumeAttributesClassBuilder(
                                machine.cluster().list(Kind.ATTRIBUTES_CLASS).getFirst())
                            .withParameters(Map.of("iops", "1"))
                            .build()))
        .isInstanceOf(ClusterException.Invalid.class)
        .hasMessageContaining("parameters: Forbidden: updates to parameters are forbidden");
  }
}
