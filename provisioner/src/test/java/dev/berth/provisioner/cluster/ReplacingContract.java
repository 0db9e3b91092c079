package dev.berth.provisioner.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What holds of replacing, as a whole and the status alone. */
interface ReplacingContract extends ClusterUnderTest {
  @Test
  default void a_replace_of_an_older_version_conflicts_and_changes_nothing() {
    ConfigMap seen = cluster().create(map("a", "1"));
    ConfigMap newest = cluster().replace(with(seen, "2"));
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().replace(with(seen, "3")))
        .withMessage(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified;"
                + " please apply your changes to the latest version and try again");
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(newest);
  }

  @Test
  default void a_replace_without_a_version_is_unconditional() {
    cluster().replace(with(cluster().create(map("a", "1")), "2"));
    assertThat(cluster().replace(map("a", "3")).getData()).containsEntry("value", "3");
  }

  @Test
  default void a_replace_meant_for_a_namesake_conflicts() {
    ConfigMap first = cluster().create(map("a", "1"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    cluster().create(map("a", "2"));
    ConfigMap late =
        new ConfigMapBuilder(with(first, "3"))
            .editMetadata()
            .withResourceVersion(null)
            .endMetadata()
            .build();
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().replace(late));
    assertThat(value("a")).isEqualTo("2");
  }

  @Test
  default void a_replace_that_changes_nothing_makes_no_version() {
    ConfigMap made = cluster().create(map("a", "1"));
    assertThat(cluster().replace(made).getMetadata().getResourceVersion())
        .isEqualTo(made.getMetadata().getResourceVersion());
  }

  @Test
  default void a_replace_keeps_what_belongs_to_the_system() {
    ConfigMap made = cluster().create(map("a", "1"));
    ConfigMap forged =
        new ConfigMapBuilder(with(made, "2"))
            .editMetadata()
            .withCreationTimestamp("2001-01-01T00:00:00Z")
            .endMetadata()
            .build();
    ConfigMap stored = cluster().replace(forged);
    assertThat(stored.getMetadata().getCreationTimestamp())
        .isEqualTo(made.getMetadata().getCreationTimestamp());
    assertThat(stored.getMetadata().getUid()).isEqualTo(made.getMetadata().getUid());
  }

  @Test
  default void spec_and_status_are_written_apart() {
    PersistentVolumeClaim asked =
        new PersistentVolumeClaimBuilder(claim("c"))
            .withNewStatus()
            .withPhase("Bound")
            .endStatus()
            .build();
    PersistentVolumeClaim made = cluster().create(asked);
    assertThat(made.getStatus().getPhase()).isEqualTo("Pending");

    PersistentVolumeClaim both =
        new PersistentVolumeClaimBuilder(made)
            .editMetadata()
            .addToLabels("l", "v")
            .endMetadata()
            .editStatus()
            .withPhase("Lost")
            .endStatus()
            .build();
    PersistentVolumeClaim labelled = cluster().replace(both);
    assertThat(labelled.getMetadata().getLabels()).containsEntry("l", "v");
    assertThat(labelled.getStatus().getPhase()).isEqualTo("Pending");

    PersistentVolumeClaim status =
        new PersistentVolumeClaimBuilder(labelled)
            .editMetadata()
            .removeFromLabels("l")
            .endMetadata()
            .editStatus()
            .withPhase("Lost")
            .endStatus()
            .build();
    PersistentVolumeClaim lost = cluster().replaceStatus(status);
    assertThat(lost.getStatus().getPhase()).isEqualTo("Lost");
    assertThat(lost.getMetadata().getLabels()).containsEntry("l", "v");
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().replaceStatus(status));
  }

  @Test
  default void a_claim_cannot_be_made_smaller_or_other_than_it_was() {
    PersistentVolumeClaim made = cluster().create(claim("c"));
    PersistentVolumeClaim other =
        new PersistentVolumeClaimBuilder(made)
            .editSpec()
            .withAccessModes("ReadOnlyMany")
            .endSpec()
            .build();
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().replace(other))
        .satisfies(
            e -> assertThat(e.causes()).extracting(FieldError::field).containsExactly("spec"));
  }

  @Test
  default void a_patch_is_applied_whole_or_not_at_all() {
    cluster().create(map("a", "1"));
    ConfigMap patched =
        cluster()
            .patch(
                Kind.CONFIG_MAP,
                key("a"),
                JsonPatch.of(
                    JsonPatch.test("/data/value", "1"),
                    new JsonPatch.Op.Replace("/data/value", TextNode.valueOf("2")),
                    JsonPatch.add("/data/more", "x")));
    assertThat(patched.getData()).isEqualTo(Map.of("value", "2", "more", "x"));
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(
            () ->
                cluster()
                    .patch(
                        Kind.CONFIG_MAP,
                        key("a"),
                        JsonPatch.of(
                            JsonPatch.remove("/data/more"), JsonPatch.test("/data/value", "1"))));
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(patched);
  }

  @Test
  default void the_provisioner_of_a_class_is_fixed() {
    StorageClass made =
        cluster()
            .create(
                new StorageClassBuilder()
                    .withNewMetadata()
                    .withName(namespace())
                    .endMetadata()
                    .withProvisioner("a.berth.dev")
                    .build());
    try {
      assertThat(made.getReclaimPolicy()).isEqualTo("Delete");
      assertThat(made.getVolumeBindingMode()).isEqualTo("Immediate");
      assertThatExceptionOfType(ClusterException.Invalid.class)
          .isThrownBy(
              () ->
                  cluster()
                      .replace(
                          new StorageClassBuilder(made).withProvisioner("b.berth.dev").build()))
          .withMessage(
              "StorageClass.storage.k8s.io \""
                  + namespace()
                  + "\" is invalid: provisioner: Forbidden: updates to provisioner are forbidden.");
    } finally {
      cluster().delete(Kind.STORAGE_CLASS, Key.of(namespace()), Preconditions.NONE);
    }
  }

  private String value(String name) {
    return Objects.requireNonNull(
        cluster().getLive(Kind.CONFIG_MAP, key(name)).orElseThrow().getData().get("value"));
  }
}
