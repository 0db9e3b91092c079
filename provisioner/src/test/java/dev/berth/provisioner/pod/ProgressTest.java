package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.VolumeCapability;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.queue.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Layout LAYOUT = new Layout(Path.of("/root"));
  private static final PodRef POD = new PodRef(Key.of("ns", "a"), "uid-a");
  private static final CsiVolume VOLUME = new CsiVolume("d", "vol-1");

  private final Progress progress =
      new Progress(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4), 0), new Random(1));

  private static CsiMount mount(boolean block) {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    if (block) {
      capability.setBlock(VolumeCapability.BlockVolume.getDefaultInstance());
    } else {
      capability.setMount(VolumeCapability.MountVolume.getDefaultInstance());
    }
    return new CsiMount(VOLUME, "pv-1", true, capability.build(), Map.of(), false, false);
  }

  private static Step.Publish publish(boolean block) {
    return new Step.Publish(POD, "data", mount(block));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_place_where_nothing_says_what_it_is_waits_for_the_volume_that_works_there(boolean block) {
    Layout.Place place = block ? LAYOUT.stagedDevice("pv-1") : LAYOUT.staged(VOLUME);
    Step unstage = new Step.Unstage(new Actual.Staged(place, block, Optional.empty(), true));
    Step unpublish =
        new Step.Unpublish(new Actual.Published("uid-a", "pv-1", block, Optional.empty(), true));
    Step stage = new Step.Stage(mount(block), List.of(POD));
    assertThat(progress.begin(stage, NOW)).isTrue();
    assertThat(progress.begin(unstage, NOW)).isFalse();
    progress.end(stage, Outcome.done(), NOW);
    assertThat(progress.begin(publish(block), NOW)).isTrue();
    assertThat(progress.begin(unpublish, NOW)).isFalse();
    progress.end(publish(block), Outcome.done(), NOW);
    assertThat(progress.begin(unstage, NOW)).isTrue();
    assertThat(progress.begin(unpublish, NOW)).isTrue();
  }

  @Test
  void one_volume_is_worked_on_once_at_a_time() {
    assertThat(progress.begin(publish(false), NOW)).isTrue();
    assertThat(progress.begin(publish(false), NOW)).isFalse();
    assertThat(
            progress.begin(
                new Step.Publish(new PodRef(Key.of("ns", "b"), "uid-b"), "data", mount(false)),
                NOW))
        .isFalse();
  }

  @Test
  void a_failed_step_waits_twice_as_long_each_time_and_a_changed_one_does_not_wait() {
    Step step = publish(false);
    assertThat(progress.begin(step, NOW)).isTrue();
    assertThat(progress.end(step, Outcome.failed("no"), NOW)).isTrue();
    assertThat(progress.begin(step, NOW.plusMillis(999))).isFalse();
    assertThat(progress.nextDue()).contains(NOW.plusSeconds(1));
    assertThat(progress.begin(step, NOW.plusSeconds(1))).isTrue();
    assertThat(progress.end(step, Outcome.failed("no"), NOW.plusSeconds(1))).isFalse();
    assertThat(progress.nextDue()).contains(NOW.plusSeconds(3));
    Step changed = new Step.Publish(POD, "data", mount(true));
    assertThat(progress.begin(changed, NOW.plusSeconds(1))).isTrue();
  }

  @Test
  void a_failure_is_forgotten_with_its_step() {
    Step step = publish(false);
    assertThat(progress.begin(step, NOW)).isTrue();
    progress.end(step, Outcome.failed("no"), NOW);
    progress.retain(List.of(), Set.of());
    assertThat(progress.nextDue()).isEmpty();
    assertThat(progress.begin(step, NOW)).isTrue();
  }

  @Test
  void a_volume_whose_publication_failed_is_staged_again() {
    Step stage = new Step.Stage(mount(false), List.of(POD));
    assertThat(progress.begin(stage, NOW)).isTrue();
    progress.end(stage, Outcome.done(), NOW);
    assertThat(progress.known().staged()).containsExactly(VOLUME);
    assertThat(progress.begin(publish(false), NOW)).isTrue();
    progress.end(publish(false), Outcome.failed("not staged"), NOW);
    assertThat(progress.known().staged()).isEmpty();
  }

  @Test
  void a_complaint_is_made_once() {
    Step complaint = new Step.Complain(POD, "data", "why");
    assertThat(progress.begin(complaint, NOW)).isTrue();
    progress.end(complaint, Outcome.done(), NOW);
    progress.retain(List.of(complaint), Set.of("uid-a"));
    assertThat(progress.begin(complaint, NOW)).isFalse();
  }

  @Test
  void a_pods_folder_is_not_removed_while_something_works_for_the_pod() {
    assertThat(progress.begin(publish(false), NOW)).isTrue();
    assertThat(progress.begin(new Step.RemoveFolder("uid-a"), NOW)).isFalse();
    assertThat(progress.begin(new Step.Release(POD), NOW)).isFalse();
    assertThat(progress.begin(new Step.RemoveFolder("uid-b"), NOW)).isTrue();
  }
}
