package dev.berth.program.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.storage.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EphemeralOptionTest {
  @Test
  void inline_volumes_are_off_unless_a_size_allows_them() {
    assertThat(EphemeralOption.parse("off")).isEqualTo(EphemeralSettings.OFF);
    assertThat(EphemeralOption.parse("10Gi")).isEqualTo(EphemeralSettings.upTo(Bytes.ofGiB(10)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "on", "0", "-1Gi", "10GB"})
  void anything_else_is_refused_with_what_it_takes(String text) {
    assertThatThrownBy(() -> EphemeralOption.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--ephemeral=%s must be a size such as 20Gi, 500M or 1073741824, or off", text);
  }
}
