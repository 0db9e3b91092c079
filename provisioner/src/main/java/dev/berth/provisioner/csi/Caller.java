package dev.berth.provisioner.csi;

import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.function.Supplier;

/** Makes calls: each is measured, and a status becomes an answer. */
record Caller(String driver, Meters meters) {
  <T> Answer<T> answer(String method, Supplier<T> call) {
    long start = System.nanoTime();
    try {
      T value = call.get();
      measure(method, Status.Code.OK, start);
      return new Answer.Done<>(value);
    } catch (StatusRuntimeException e) {
      measure(method, e.getStatus().getCode(), start);
      return Answer.failed(e.getStatus());
    }
  }

  private void measure(String method, Status.Code code, long start) {
    meters.time(
        Meter.CSI_SECONDS,
        Duration.ofNanos(System.nanoTime() - start),
        driver,
        "/csi.v1." + method,
        CodeName.of(code),
        "false");
  }
}
