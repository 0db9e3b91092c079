package dev.berth.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every table of bad CSI requests has in common; a subclass gives {@code rows()}. */
@ExtendWith(SharedDriver.class)
abstract class Refusals {
  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void is_refused_with_a_code_and_words(Row row, RunningDriver driver, Tally tally) {
    var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> row.call().on(driver));
    assertThat(refusal).as("the call was answered OK").isNotNull();
    assertThat(refusal.getStatus().getCode())
        .as("%s", refusal.getStatus().getDescription())
        .isEqualTo(row.code());
    assertThat(refusal.getStatus().getDescription()).contains(row.words()).doesNotContain("\n");
    tally.add("CSI requests");
  }
}
