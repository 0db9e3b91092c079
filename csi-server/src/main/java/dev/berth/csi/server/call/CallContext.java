package dev.berth.csi.server.call;

import io.grpc.Deadline;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * The call that this thread works for.
 *
 * @param id eight hex digits, on every log line of the call and in messages about bugs
 * @param rpc the method's bare name, for example {@code NodePublishVolume}
 * @param volume the request's {@code volume_id}, where it has one
 * @param deadline when the caller stops waiting, where it said so
 */
public record CallContext(
    String id, String rpc, Optional<String> volume, Optional<Deadline> deadline) {
  /** The key under which the logging context (MDC) carries the call's id. */
  public static final String MDC_KEY = "call";

  private static final ScopedValue<CallContext> CURRENT = ScopedValue.newInstance();
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Time kept back from a caller's deadline, so that our answer is there before it. */
  private static final Duration MARGIN = Duration.ofMillis(200);

  /** The call that the current thread works for; empty outside calls. */
  public static Optional<CallContext> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  static String newId() {
    byte[] bytes = new byte[4];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** How long the caller still waits, less a margin for the answer; empty when it set no limit. */
  public Optional<Duration> patience() {
    return deadline.map(
        d -> {
          Duration left = Duration.ofNanos(Math.max(0, d.timeRemaining(TimeUnit.NANOSECONDS)));
          Duration margin = left.dividedBy(10);
          return left.minus(margin.compareTo(MARGIN) < 0 ? margin : MARGIN);
        });
  }

  /** Runs {@code work} as part of this call: the scope and the log lines are this call's. */
  public <R> R during(Supplier<R> work) {
    try (var _ = MDC.putCloseable(MDC_KEY, id)) {
      return ScopedValue.where(CURRENT, this).call(work::get);
    }
  }
}
