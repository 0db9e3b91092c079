package dev.berth.program.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.program.control.Refusal;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

class StrictReaderTest {
  private final StrictReader reader = new StrictReader();

  private static JsonNode yaml(String text) throws JsonProcessingException {
    return new YAMLMapper().readTree(text);
  }

  @Test
  void a_manifest_becomes_its_object() throws JsonProcessingException {
    JsonNode claim =
        yaml(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, labels: {any.label/at-all: x}}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 320Mi}}}
            """);

    assertThat(reader.read(Kind.CLAIM, claim).getSpec().getResources().getRequests())
        .containsEntry("storage", new Quantity("320Mi"));
  }

  @Test
  void every_unknown_field_is_named_with_its_path() throws JsonProcessingException {
    JsonNode pod =
        yaml(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, lable: {a: b}}
            spec:
              containers: [{name: c, image: i, volumeMount: []}]
              volumes: [{name: v, emptyDir: {size: 1Gi}}]
            """);

    assertThatThrownBy(() -> reader.read(Kind.POD, pod))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "Pod \"web\" cannot be read: unknown field \"metadata.lable\", unknown field"
                + " \"spec.containers[0].volumeMount\", unknown field"
                + " \"spec.volumes[0].emptyDir.size\"");
  }

  @Test
  void a_value_of_the_wrong_type_is_named_with_its_path() throws JsonProcessingException {
    JsonNode claim =
        yaml(
            "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: d}, spec: {accessModes: {}}}");

    assertThatThrownBy(() -> reader.read(Kind.CLAIM, claim))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("PersistentVolumeClaim \"d\" cannot be read: spec.accessModes: ");
  }

  @Test
  void an_unknown_kind_or_version_is_answered_with_the_known_ones() throws JsonProcessingException {
    JsonNode other = yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}");

    assertThatThrownBy(() -> StrictReader.kind(other))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith(
            "no matches for kind \"Deployment\" in version \"apps/v1\"; known: Namespace in v1, ");
  }
}
