package dev.berth.provisioner.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BytesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1Ki, 1024",
    "320Mi, 335544320",
    "1G, 1000000000",
    "1.5Gi, 1610612736",
    "1Ei, 1152921504606846976",
    "100m, 1",
    "16Ei, 9223372036854775807"
  })
  void a_quantity_is_this_many_bytes(String quantity, long bytes) {
    assertThat(Bytes.of(new Quantity(quantity))).isEqualTo(new Bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1000, 1000", "1024, 1Ki", "335544320, 320Mi", "1610612736, 1536Mi"})
  void bytes_are_written_in_the_shortest_exact_form(long bytes, String quantity) {
    assertThat(new Bytes(bytes)).hasToString(quantity);
  }

  @Test
  void a_size_is_not_negative() {
    assertThatThrownBy(() -> new Bytes(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("size -1: must not be negative");
  }
}
