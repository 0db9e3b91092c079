package dev.berth.provisioner.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is decided about an object before it is stored, without a disk. */
final class WritesTest {
  private final Deque<String> suffixes = new ArrayDeque<>();
  private final Writes writes =
      new Writes(() -> Instant.parse("2026-01-02T03:04:05.678Z"), suffixes::remove);
  private final Batch batch = new Batch(new Cache(), 41);

  @Test
  void a_generated_name_that_is_taken_is_drawn_again() {
    suffixes.addAll(List.of("aaaaa", "aaaaa", "bbbbb"));
    assertThat(create().getMetadata().getName()).isEqualTo("n-aaaaa");
    assertThat(create().getMetadata().getName()).isEqualTo("n-bbbbb");
  }

  @Test
  void it_is_not_drawn_for_ever() {
    for (int i = 0; i < 9; i++) {
      suffixes.add("aaaaa");
    }
    create();
    assertThatExceptionOfType(ClusterException.AlreadyExists.class)
        .isThrownBy(this::create)
        .withMessage("nodes \"n-\" already exists");
  }

  @Test
  void times_are_whole_seconds_and_versions_go_on_from_the_newest() {
    suffixes.add("aaaaa");
    HasMetadata made = create();
    assertThat(made.getMetadata().getCreationTimestamp()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(made.getMetadata().getResourceVersion()).isEqualTo("42");
    assertThat(batch.revision()).isEqualTo(42);
  }

  @Test
  void later_writes_of_a_batch_see_the_earlier_ones() {
    suffixes.add("aaaaa");
    Node made = create();
    Node labelled =
        new NodeBuilder(made).editMetadata().addToLabels("a", "b").endMetadata().build();
    Node stored = writes.replace(batch, Kind.NODE, labelled);
    assertThat(stored.getMetadata().getResourceVersion()).isEqualTo("43");
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> writes.replace(batch, Kind.NODE, made));
    assertThat(batch.effects()).hasSize(2);
  }

  private Node create() {
    return writes.create(
        batch,
        Kind.NODE,
        new NodeBuilder().withNewMetadata().withGenerateName("n-").endMetadata().build());
  }
}
