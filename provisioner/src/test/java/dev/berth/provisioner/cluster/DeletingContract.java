package dev.berth.provisioner.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What holds of deleting and of finalizers. */
interface DeletingContract extends ClusterUnderTest {
  @Test
  default void a_deletion_asks_for_the_object_that_was_seen() {
    ConfigMap seen = cluster().create(map("a", "1"));
    cluster().replace(with(seen, "2"));
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(
            () -> cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.unchanged(seen)));
    Preconditions another =
        new Preconditions(Optional.of(UUID.randomUUID().toString()), Optional.empty());
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().delete(Kind.CONFIG_MAP, key("a"), another));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.sameObject(seen));
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }

  @Test
  default void an_object_with_a_finalizer_waits_for_it() {
    cluster().create(held("a"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    ConfigMap going = cluster().getLive(Kind.CONFIG_MAP, key("a")).orElseThrow();
    assertThat(going.getMetadata().getDeletionTimestamp()).isNotEmpty();

    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(going);

    JsonPatch release =
        JsonPatch.of(
            JsonPatch.test("/metadata/finalizers/0", FINALIZER),
            JsonPatch.remove("/metadata/finalizers/0"));
    cluster().patch(Kind.CONFIG_MAP, key("a"), release);
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }

  @Test
  default void an_object_that_goes_takes_no_new_finalizer() {
    cluster().create(held("a"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    ConfigMap going = cluster().getLive(Kind.CONFIG_MAP, key("a")).orElseThrow();
    ConfigMap more =
        new ConfigMapBuilder(going)
            .editMetadata()
            .addToFinalizers("test.berth.dev/more")
            .endMetadata()
            .build();
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().replace(more))
        .satisfies(
            e ->
                assertThat(e.causes())
                    .extracting(FieldError::field)
                    .containsOnly("metadata.finalizers"));
    cluster()
        .replace(new ConfigMapBuilder(going).editMetadata().withFinalizers().endMetadata().build());
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }
}
