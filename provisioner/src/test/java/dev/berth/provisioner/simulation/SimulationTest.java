package dev.berth.provisioner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SimulationTest {
  /**
   * How long the ordinary run simulates, both forms at the same time, so that it comes to five
   * minutes of simulation; {@code -Dberth.simulation.seconds=} changes it.
   */
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("berth.simulation.seconds", 150));

  private static final int STEPS = 400;

  @Test
  void no_seed_breaks_a_rule() {
    var order = new Simulate.Order(1, Integer.MAX_VALUE, STEPS, TIME);
    Simulate.all(System.out, order)
        .forEach(
            (form, summary) -> {
              assertThat(summary.failures()).as("violations; the traces are above").isZero();
              assertThat(summary.seeds()).as(form + ": seeds").isPositive();
            });
  }

  @ParameterizedTest
  @EnumSource
  void a_seed_is_played_again_exactly(Form form) {
    World.Settings world = World.Settings.of(form);
    Simulation.Result once = Simulation.run(7, STEPS, world);
    Simulation.Result again = Simulation.run(7, STEPS, world);
    Simulation.Result replayed = Simulation.replay(once.trace().moves(), world);
    assertThat(once.trace().lines()).hasSizeGreaterThan(STEPS / 2);
    assertThat(again.trace().hash()).isEqualTo(once.trace().hash());
    assertThat(replayed.trace().hash()).isEqualTo(once.trace().hash());
    assertThat(again.steps()).isEqualTo(once.steps());
    assertThat(Simulation.run(8, STEPS, world).trace().hash()).isNotEqualTo(once.trace().hash());
  }
}
