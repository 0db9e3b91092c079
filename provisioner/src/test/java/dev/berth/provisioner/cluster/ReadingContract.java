package dev.berth.provisioner.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds of reading, from the cache and live. */
interface ReadingContract extends ClusterUnderTest {
  @Test
  default void what_was_written_is_read_at_once_from_the_cache_and_live() {
    ConfigMap made = cluster().create(map("a", "1"));
    assertThat(cluster().get(Kind.CONFIG_MAP, key("a"))).contains(made);
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(made);
    ConfigMap changed = cluster().replace(with(made, "2"));
    assertThat(cluster().get(Kind.CONFIG_MAP, key("a"))).contains(changed);
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    assertThat(cluster().get(Kind.CONFIG_MAP, key("a"))).isEmpty();
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }

  @Test
  default void an_object_that_is_not_there_is_absent_to_reads_and_not_found_to_writes() {
    assertThat(cluster().get(Kind.CLAIM, key("x"))).isEmpty();
    assertThat(cluster().getLive(Kind.CLAIM, key("x"))).isEmpty();
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(() -> cluster().delete(Kind.CLAIM, key("x"), Preconditions.NONE))
        .withMessage("persistentvolumeclaims \"x\" not found");
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(() -> cluster().replaceStatus(claim("x")))
        .withMessage("persistentvolumeclaims \"x\" not found");
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(
            () -> cluster().delete(Kind.STORAGE_CLASS, Key.of("no-such-class"), Preconditions.NONE))
        .withMessage("storageclasses.storage.k8s.io \"no-such-class\" not found");
  }

  @Test
  default void lists_are_narrowed_by_index() {
    cluster().create(claim("plain"));
    cluster()
        .create(
            new PersistentVolumeClaimBuilder(claim("named"))
                .editSpec()
                .withVolumeName("pv-" + namespace())
                .endSpec()
                .build());
    cluster()
        .create(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace())
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim()
                .withClaimName("plain")
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .build());
    assertThat(names(Index.BY_NAMESPACE, namespace())).containsExactly("named", "plain");
    assertThat(names(Index.CLAIM_BY_VOLUME, "pv-" + namespace())).containsExactly("named");
    assertThat(cluster().list(Kind.POD, Index.POD_BY_CLAIM, namespace() + "/plain")).hasSize(1);
    assertThat(cluster().list(Kind.POD, Index.POD_BY_CLAIM, namespace() + "/named")).isEmpty();
  }

  private List<String> names(Index index, String value) {
    return cluster().list(Kind.CLAIM, index, value).stream()
        .map(c -> c.getMetadata().getName())
        .toList();
  }
}
