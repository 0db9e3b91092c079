package dev.berth.program.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StyleTest {
  @Test
  void colour_needs_a_terminal() {
    assertThat(Style.of(true, Map.of()).colour()).isTrue();
    assertThat(Style.of(false, Map.of()).colour()).isFalse();
  }

  @Test
  void no_color_and_a_dumb_terminal_switch_colour_off() {
    assertThat(Style.of(true, Map.of("NO_COLOR", "1")).colour()).isFalse();
    assertThat(Style.of(true, Map.of("TERM", "dumb")).colour()).isFalse();
    assertThat(Style.of(true, Map.of("NO_COLOR", "")).colour()).isTrue();
  }
}
