package dev.berth.provisioner.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What holds of creating an object. */
interface CreatingContract extends ClusterUnderTest {
  @Test
  default void a_created_object_has_identity_version_and_time() {
    ConfigMap made = cluster().create(map("a", "1"));
    assertThat(made.getMetadata().getUid()).isNotEmpty();
    assertThat(made.getMetadata().getResourceVersion()).isNotEmpty();
    assertThat(Instant.parse(made.getMetadata().getCreationTimestamp()))
        .isBefore(Instant.now().plusSeconds(60));
    assertThat(made.getData()).containsEntry("value", "1");
  }

  @Test
  default void a_taken_name_is_refused_by_name() {
    cluster().create(map("a", "1"));
    assertThatExceptionOfType(ClusterException.AlreadyExists.class)
        .isThrownBy(() -> cluster().create(map("a", "2")))
        .withMessage("configmaps \"a\" already exists");
  }

  @Test
  default void an_object_cannot_be_created_in_a_namespace_that_does_not_exist() {
    ConfigMap lost =
        new ConfigMapBuilder(map("a", "1"))
            .editMetadata()
            .withNamespace("nowhere")
            .endMetadata()
            .build();
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(() -> cluster().create(lost))
        .withMessage("namespaces \"nowhere\" not found");
  }

  @Test
  default void an_object_with_a_resource_version_cannot_be_created() {
    ConfigMap old = cluster().create(map("a", "1"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().create(old))
        .withMessage("resourceVersion should not be set on objects to be created");
  }

  @Test
  default void a_generated_name_begins_as_asked_and_is_new_each_time() {
    ConfigMap wanted =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace())
            .withGenerateName("made-")
            .endMetadata()
            .build();
    String first = cluster().create(wanted).getMetadata().getName();
    String second = cluster().create(wanted).getMetadata().getName();
    assertThat(first).startsWith("made-").hasSize("made-".length() + 5).isNotEqualTo(second);
  }

  @Test
  default void a_bad_name_is_invalid_and_names_the_field() {
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().create(map("Not_A_Name", "1")))
        .satisfies(
            e ->
                assertThat(e.causes())
                    .extracting(FieldError::field)
                    .containsExactly("metadata.name"))
        .withMessageStartingWith(
            "ConfigMap \"Not_A_Name\" is invalid: metadata.name: Invalid value: \"Not_A_Name\": ");
  }
}
