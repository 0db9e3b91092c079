package dev.berth.provisioner.lost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.object.NodeView;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NodeStateTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration GRACE = Duration.ofMinutes(5);

  private static NodeState state(String ready, String since) {
    return NodeState.of(
        Optional.of(
            new NodeView(
                new NodeBuilder()
                    .withNewMetadata()
                    .withName("n")
                    .endMetadata()
                    .withNewStatus()
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus(ready)
                    .withLastTransitionTime(since)
                    .endCondition()
                    .endStatus()
                    .build())),
        GRACE,
        NOW);
  }

  @Test
  void a_ready_node_is_present() {
    assertThat(state("True", "2020-01-01T00:00:00Z"))
        .isEqualTo(new NodeState.Present(Optional.empty()));
  }

  @Test
  void one_that_is_not_ready_is_waited_for_until_the_grace_is_over() {
    assertThat(state("Unknown", "2026-01-02T03:00:05Z"))
        .isEqualTo(new NodeState.Present(Optional.of(Duration.ofMinutes(1))));
    assertThat(state("False", "2026-01-02T02:59:05Z"))
        .isEqualTo(new NodeState.Away(Duration.ofMinutes(5)));
  }

  @Test
  void one_without_an_object_is_gone() {
    assertThat(NodeState.of(Optional.empty(), GRACE, NOW)).isEqualTo(new NodeState.Gone());
  }
}
