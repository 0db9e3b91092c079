package dev.berth.program.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT119S, 119s",
    "PT2M, 2m",
    "PT2M10S, 2m10s",
    "PT10M59S, 10m",
    "PT3H5M, 3h5m",
    "PT8H59M, 8h",
    "PT47H, 47h",
    "P2DT2H, 2d2h",
    "P8D, 8d",
    "P400D, 400d"
  })
  void an_age_takes_as_few_characters_as_kubectl_gives_it(Duration age, String text) {
    assertThat(Ages.text(age)).isEqualTo(text);
  }

  @Test
  void a_clock_that_went_back_is_no_negative_age() {
    assertThat(Ages.since("2026-01-01T00:00:05Z", Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo("0s");
  }

  @Test
  void what_is_no_timestamp_has_no_age() {
    assertThat(Ages.since("", Instant.EPOCH)).isEqualTo("<unknown>");
  }
}
