package dev.berth.csi.server.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import io.grpc.Status;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusesTest {
  @ParameterizedTest
  @MethodSource("kinds")
  void each_kind_of_failure_has_its_code_and_keeps_its_message(
      VolumeException e, Status.Code code) {
    Status status = Statuses.of(e, "c0ffee00");
    assertThat(status.getCode()).isEqualTo(code);
    assertThat(status.getDescription()).isEqualTo(e.getMessage());
    assertThat(status.getCause()).isNull();
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(new VolumeException.Invalid("why"), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new VolumeException.NotFound("why"), Status.Code.NOT_FOUND),
        Arguments.of(new VolumeException.Conflict("why"), Status.Code.ALREADY_EXISTS),
        Arguments.of(new VolumeException.Busy("why"), Status.Code.ABORTED),
        Arguments.of(new VolumeException.OutOfSpace("why"), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(new VolumeException.OutOfRange("why"), Status.Code.OUT_OF_RANGE),
        Arguments.of(new VolumeException.NotNow("why"), Status.Code.FAILED_PRECONDITION),
        Arguments.of(new VolumeException.Overloaded("why"), Status.Code.UNAVAILABLE),
        Arguments.of(new VolumeException.StillRunning("why"), Status.Code.DEADLINE_EXCEEDED),
        Arguments.of(new VolumeException.Damaged("why"), Status.Code.DATA_LOSS),
        Arguments.of(new VolumeException.PoolMissing("why"), Status.Code.UNAVAILABLE),
        Arguments.of(failed("ENOSPC"), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(failed("EDQUOT"), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(failed("EROFS"), Status.Code.FAILED_PRECONDITION),
        Arguments.of(failed("EPERM"), Status.Code.FAILED_PRECONDITION),
        Arguments.of(failed("EUCLEAN"), Status.Code.DATA_LOSS),
        Arguments.of(failed("EIO"), Status.Code.INTERNAL));
  }

  @Test
  void a_bug_is_internal_and_names_the_call_but_not_what_it_said() {
    Status status = Statuses.of(new IllegalStateException("a secret"), "c0ffee00");
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription())
        .isEqualTo(
            "a bug in the driver (IllegalStateException in call c0ffee00); its log has the details under that id");
    assertThat(status.getCause()).hasMessage("a secret");
  }

  @Test
  void a_status_that_a_service_chose_is_kept_unless_it_is_unknown() {
    assertThat(Statuses.of(Status.ABORTED.asRuntimeException(), "x").getCode())
        .isEqualTo(Status.Code.ABORTED);
    assertThat(Statuses.of(Status.UNKNOWN.asRuntimeException(), "x").getCode())
        .isEqualTo(Status.Code.INTERNAL);
  }

  @Test
  void a_message_that_would_not_fit_a_header_is_cut() {
    Status status = Statuses.of(new VolumeException.Invalid("x".repeat(10_000)), "x");
    assertThat(status.getDescription()).hasSize(2001).endsWith("x…");
  }

  private static SystemCallFailed failed(String errno) {
    return new SystemCallFailed("mount", "/dev/loop3 on /x", errno, "whatever it means");
  }
}
