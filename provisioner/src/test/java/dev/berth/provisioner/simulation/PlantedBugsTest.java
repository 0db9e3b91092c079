package dev.berth.provisioner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The simulator finds what it is for: otherwise its silence would say nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlantedBugsTest {
  private static final int SEEDS = 300;
  private static final int STEPS = 400;
  private static final World.Settings SOUND = World.Settings.MACHINE;

  private final Set<Run> clean = new HashSet<>();

  private record Run(Form form, long seed) {}

  /** The rule that the bug breaks first; the same seeds without it break none. */
  private String broken(Bug bug) {
    return broken(bug, SOUND);
  }

  private String broken(Bug bug, World.Settings sound) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation.Result found = Simulation.run(seed, STEPS, sound.with(bug));
      if (found.violation().isPresent()) {
        System.out.printf("%s: seed %d, %s%n", bug, seed, found.violation().orElseThrow());
        for (long same = 1; same <= seed; same++) {
          requireClean(same, sound);
        }
        return found.violation().orElseThrow().rule();
      }
    }
    return "none in " + SEEDS + " seeds";
  }

  private void requireClean(long seed, World.Settings sound) {
    if (clean.add(new Run(sound.form(), seed))) {
      assertThat(Simulation.run(seed, STEPS, sound).violation()).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void a_finalizer_that_is_dropped_early_is_found() {
    assertThat(broken(Bug.FINALIZER_DROPPED_EARLY)).isEqualTo("no volume is without an owner");
  }

  @Test
  void an_outcome_that_is_forgotten_is_found() {
    assertThat(broken(Bug.OUTCOME_FORGOTTEN)).isEqualTo("no volume is without an owner");
  }

  @Test
  void a_status_that_is_put_in_the_wrong_class_is_found() {
    assertThat(broken(Bug.WRONG_STATUS_CLASS)).isEqualTo("no volume is without an owner");
  }

  @Test
  void a_failed_deletion_that_is_believed_is_found() {
    assertThat(broken(Bug.FAILED_DELETE_BELIEVED)).isEqualTo("no volume is without an owner");
  }

  @Test
  void a_volume_that_is_made_twice_is_found() {
    assertThat(broken(Bug.DOUBLE_PROVISION)).isEqualTo("no volume is without an owner");
  }

  @Test
  void a_policy_that_is_ignored_is_found() {
    assertThat(broken(Bug.RETAIN_IGNORED)).isEqualTo("no volume is deleted that is to stay");
  }

  @Test
  void a_deletion_that_is_not_heard_is_found() {
    assertThat(broken(Bug.DELETIONS_NOT_HEARD)).isEqualTo("phases are right at rest");
  }

  @Test
  void a_failure_that_is_not_tried_again_is_found() {
    assertThat(broken(Bug.FAILURES_FORGOTTEN)).endsWith("at rest");
  }

  @Test
  void a_protection_that_is_dropped_early_is_found() {
    assertThat(broken(Bug.PROTECTION_DROPPED_EARLY)).isEqualTo("no claim goes while it is mounted");
  }

  @Test
  void a_cache_that_is_trusted_for_a_delete_is_found() {
    assertThat(broken(Bug.CACHE_TRUSTED_FOR_A_DELETE, World.Settings.FLEET))
        .isEqualTo("nothing is trashed that a PV names");
  }

  @Test
  void a_reason_that_is_not_told_is_found() {
    assertThat(broken(Bug.EVENTS_NOT_WRITTEN))
        .isEqualTo("every claim is settled or an event says why");
  }

  @Test
  void a_trace_is_shrunk_to_what_matters() {
    World.Settings planted = SOUND.with(Bug.EVENTS_NOT_WRITTEN);
    Optional<Simulation.Result> failed = Optional.empty();
    for (long seed = 1; seed <= SEEDS && failed.isEmpty(); seed++) {
      Simulation.Result result = Simulation.run(seed, STEPS, planted);
      failed = result.violation().map(_ -> result);
    }
    Simulation.Result least =
        Shrinker.shrink(failed.orElseThrow(), planted, Duration.ofSeconds(60));
    assertThat(least.trace().moves()).hasSizeLessThan(4);
    assertThat(Simulation.replay(least.trace().moves(), planted).violation())
        .isEqualTo(least.violation());
  }
}
