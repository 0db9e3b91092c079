package dev.berth.provisioner.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.Through;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RivalBinderTest {
  private static final Outcome SOON = Outcome.again(Duration.ofSeconds(10));
  private static final Outcome LATER = Outcome.again(Duration.ofMinutes(10));

  @TempDir private Path store;
  private final List<String> told = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private Cluster cluster;

  @SuppressWarnings("NullAway.Init") // before each test
  private RivalBinder rival;

  @BeforeEach
  void start() {
    cluster =
        new Through(EmbeddedCluster.open(store.resolve("cluster.db"), Clock.systemUTC())) {
          @Override
          public void event(Notice notice) {
            told.add(notice.reason());
          }
        };
    rival = new RivalBinder(cluster);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Outcome look() {
    return rival.reconcile(RivalBinder.QUESTION);
  }

  private void answer() {
    cluster.replaceStatus(
        new PersistentVolumeBuilder(
                cluster.getLive(Kind.VOLUME, RivalBinder.QUESTION).orElseThrow())
            .withNewStatus()
            .withPhase("Available")
            .endStatus()
            .build());
  }

  @Test
  void who_makes_a_volume_available_that_we_leave_alone_binds() {
    assertThat(look()).isEqualTo(SOON);
    answer();
    assertThat(look()).isEqualTo(LATER);
    assertThat(rival.found()).isTrue();
    assertThat(told).containsExactly("TwoBinders");
  }

  @Test
  void where_nobody_answers_nobody_binds() {
    look();
    assertThat(look()).isEqualTo(LATER);
    assertThat(rival.found()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void it_is_asked_again_and_told_once() {
    for (int i = 0; i < 2; i++) {
      look();
      answer();
      look();
    }
    assertThat(told).containsExactly("TwoBinders");
  }
}
