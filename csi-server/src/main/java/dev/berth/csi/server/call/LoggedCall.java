package dev.berth.csi.server.call;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A call that is written to the log once: requests and successes at DEBUG, refusals at INFO, bugs
 * at ERROR with their stack.
 */
final class LoggedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private static final Logger LOG = LoggerFactory.getLogger("dev.berth.csi.calls");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final long begun = System.nanoTime();
  private CallContext context;
  private boolean closed;

  LoggedCall(ServerCall<Q, R> call, CallContext context) {
    super(call);
    this.context = context;
  }

  CallContext context() {
    return context;
  }

  void about(Optional<String> volume) {
    context = new CallContext(context.id(), context.rpc(), volume, context.deadline());
  }

  void logRequest(Message request) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} {}", context.rpc(), Redaction.loggable(request));
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (closed) {
      return; // A service that failed after its answer: the answer stands.
    }
    closed = true;
    Status answer = status.getCode() == Status.Code.UNIMPLEMENTED ? notOffered(status) : status;
    log(answer);
    super.close(answer, trailers);
  }

  private Status notOffered(Status status) {
    return status.withDescription(
        context.rpc()
            + " is not offered by this driver; GetPluginCapabilities and the GetCapabilities call"
            + " of its service list what is");
  }

  private void log(Status status) {
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    String of = context.volume().map(id -> " of " + oneLine(id)).orElse("");
    String why = oneLine(status.getDescription());
    try (var _ = MDC.putCloseable(CallContext.MDC_KEY, context.id())) {
      if (status.isOk()) {
        LOG.debug("{}{}: OK in {} ms", context.rpc(), of, took.toMillis());
      } else if (status.getCause() != null) {
        LOG.error("{}{}: {}: {}", context.rpc(), of, status.getCode(), why, status.getCause());
      } else {
        LOG.info("{}{}: {}: {} ({} ms)", context.rpc(), of, status.getCode(), why, took.toMillis());
      }
    }
  }

  /** Names and ids come from outside and may hold line feeds: a log line stays one line. */
  private static String oneLine(@Nullable String text) {
    return text == null ? "" : CONTROL.matcher(text).replaceAll("?");
  }
}
