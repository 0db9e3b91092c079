package dev.berth.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void a_percentile_is_the_nearest_rank() {
    Samples samples = new Samples();
    for (int i = 100; i >= 1; i--) {
      samples.add("step", i * 1_000_000L);
    }
    assertThat(samples.percentile("step", 50)).isEqualTo(50.0);
    assertThat(samples.percentile("step", 99)).isEqualTo(99.0);
    assertThat(samples.percentile("step", 100)).isEqualTo(100.0);
    assertThat(samples.mean("step")).isEqualTo(50.5);
  }

  @Test
  void what_was_not_measured_is_not_zero() {
    assertThatThrownBy(() -> new Samples().percentile("step", 50)).hasMessageContaining("step");
  }
}
