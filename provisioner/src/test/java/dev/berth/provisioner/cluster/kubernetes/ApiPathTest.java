package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Selector;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ApiPathTest {
  @Test
  void a_path_has_group_version_namespace_and_name() {
    assertThat(ApiPath.of(Kind.CLAIM, Key.of("ns", "data")))
        .isEqualTo("api/v1/namespaces/ns/persistentvolumeclaims/data");
    assertThat(ApiPath.of(Kind.VOLUME, Key.of("pv"))).isEqualTo("api/v1/persistentvolumes/pv");
    assertThat(ApiPath.of(Kind.STORAGE_CLASS, ""))
        .isEqualTo("apis/storage.k8s.io/v1/storageclasses");
    assertThat(ApiPath.of(Kind.CLAIM, "")).isEqualTo("api/v1/persistentvolumeclaims");
  }

  @Test
  void a_selection_is_written_as_the_api_reads_it() {
    Selector selector =
        new Selector(Optional.of("ns"), Map.of("b/x", "1", "a", "é"), Map.of("metadata.name", "n"));
    assertThat(ApiPath.of(Kind.CLAIM, selector, Map.of("limit", "500")))
        .isEqualTo(
            "api/v1/namespaces/ns/persistentvolumeclaims?fieldSelector=metadata.name%3Dn"
                + "&labelSelector=a%3D%C3%A9%2Cb%2Fx%3D1&limit=500");
    assertThat(ApiPath.of(Kind.NODE, Selector.ALL, Map.of())).isEqualTo("api/v1/nodes");
  }
}
