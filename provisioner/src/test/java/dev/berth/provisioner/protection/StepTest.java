package dev.berth.provisioner.protection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StepTest {
  @ParameterizedTest
  @CsvSource({
    "false, false, false, ADD", "false, false, true, ADD",
    "false, true, false, KEEP", "false, true, true, KEEP",
    "true, false, false, KEEP", "true, false, true, KEEP",
    "true, true, true, KEEP", "true, true, false, REMOVE"
  })
  void a_finalizer_goes_only_with_what_is_deleted_and_not_in_use(
      boolean deleting, boolean has, boolean inUse, Step expected) {
    assertThat(Step.decide(deleting, has, inUse)).isEqualTo(expected);
  }
}
