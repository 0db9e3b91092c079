package dev.berth.provisioner.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.Machine;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import io.fabric8.kubernetes.api.model.Node;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeRegistrationTest {
  @Test
  void a_node_is_ready_from_birth_and_registering_again_writes_nothing(@TempDir Path folder) {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.open(folder.resolve("cluster.db"), Machine.CLOCK)) {
      NodeRegistration.ensure(cluster, "n", Map.of("zone", "a"));
      Node node = cluster.getLive(Kind.NODE, Key.of("n")).orElseThrow();
      assertThat(node.getStatus().getConditions())
          .singleElement()
          .satisfies(
              c -> {
                assertThat(c.getType()).isEqualTo("Ready");
                assertThat(c.getStatus()).isEqualTo("True");
                assertThat(c.getLastTransitionTime())
                    .isEqualTo(node.getMetadata().getCreationTimestamp());
              });

      NodeRegistration.ensure(cluster, "n", Map.of("zone", "a"));

      assertThat(cluster.getLive(Kind.NODE, Key.of("n"))).contains(node);
    }
  }
}
