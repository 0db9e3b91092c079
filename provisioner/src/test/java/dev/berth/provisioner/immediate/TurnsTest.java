package dev.berth.provisioner.immediate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Key;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Key CLAIM = new Key("shop", "data");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final Turns turns = new Turns();

  @Test
  void a_claim_that_was_refused_once_is_placed_again_at_once() {
    assertThat(turns.rest(CLAIM, NOW)).isZero();
    turns.taken(CLAIM, NOW);

    assertThat(turns.rest(CLAIM, NOW)).isZero();
  }

  @Test
  void whoever_is_refused_again_and_again_waits_longer_each_time_up_to_a_minute() {
    turns.taken(CLAIM, NOW);
    for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      turns.taken(CLAIM, NOW);
      assertThat(turns.rest(CLAIM, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }
    assertThat(turns.rest(CLAIM, NOW.plusSeconds(50))).isEqualTo(Duration.ofSeconds(10));
    assertThat(turns.rest(CLAIM, NOW.plusSeconds(61))).isZero();
  }

  @Test
  void a_claim_that_has_its_volume_or_is_gone_leaves_no_wait_behind() {
    turns.taken(CLAIM, NOW);
    turns.taken(CLAIM, NOW);
    turns.forget(CLAIM);

    assertThat(turns.rest(CLAIM, NOW)).isZero();
  }

  @Test
  void a_clock_that_was_set_back_makes_nobody_wait() {
    turns.taken(CLAIM, NOW);
    turns.taken(CLAIM, NOW);

    assertThat(turns.rest(CLAIM, NOW.minusSeconds(3_600))).isZero();
  }
}
