package dev.berth.program.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.cluster.Kind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "pvc, CLAIM",
    "PVC, CLAIM",
    "persistentvolumeclaims, CLAIM",
    "PersistentVolumeClaim, CLAIM",
    "pv, VOLUME",
    "sc, STORAGE_CLASS",
    "storageclasses.storage.k8s.io, STORAGE_CLASS",
    "po, POD",
    "no, NODE",
    "ev, EVENT",
    "ns, NAMESPACE",
    "cm, CONFIG_MAP",
    "secrets, SECRET",
    "csidriver, CSI_DRIVER"
  })
  void a_kind_has_the_names_that_kubectl_knows(String typed, Resource resource) {
    assertThat(Reference.parse(List.of(typed))).containsExactly(new Reference(resource, ""));
  }

  @Test
  void several_kinds_or_several_names_may_be_asked_for() {
    assertThat(Reference.parse(List.of("pvc,pv")))
        .containsExactly(new Reference(Resource.CLAIM, ""), new Reference(Resource.VOLUME, ""));
    assertThat(Reference.parse(List.of("pvc", "a", "b")))
        .containsExactly(new Reference(Resource.CLAIM, "a"), new Reference(Resource.CLAIM, "b"));
    assertThat(Reference.parse(List.of("pvc/a", "pod/b")))
        .containsExactly(new Reference(Resource.CLAIM, "a"), new Reference(Resource.POD, "b"));
  }

  @Test
  void what_is_unclear_is_refused_with_what_would_be_clear() {
    assertThatThrownBy(() -> Reference.parse(List.of("pvcs")))
        .hasMessageStartingWith("unknown kind pvcs; known: persistentvolumeclaims (pvc), ");
    assertThatThrownBy(() -> Reference.parse(List.of("pvc/a/b")))
        .hasMessage("write KIND/NAME, such as pvc/data, not pvc/a/b");
    assertThatThrownBy(() -> Reference.parse(List.of("pvc", "pod/b")))
        .hasMessage("write KIND/NAME for every object or KIND NAME…, not pvc and pod/b");
  }

  @Test
  void the_commands_know_exactly_the_kinds_that_the_cluster_keeps() {
    assertThat(Arrays.stream(Resource.values()).map(r -> r.kind() + r.plural() + r.isNamespaced()))
        .containsExactlyInAnyOrderElementsOf(
            Kind.STANDALONE.stream().map(k -> k.kind() + k.plural() + k.namespaced()).toList());
  }
}
