package dev.berth.csi.server.call;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An answer of many messages. The next one is made when the caller has room for it, and none after
 * the caller has gone.
 *
 * @param <R> a message
 */
final class StreamedAnswer<R> {
  private final ServerCallStreamObserver<R> out;
  private final Supplier<Optional<R>> source;
  private final CallContext context;
  private boolean ended;

  private StreamedAnswer(
      ServerCallStreamObserver<R> out, Supplier<Optional<R>> source, CallContext context) {
    this.out = out;
    this.source = source;
    this.context = context;
  }

  static <R> void begin(
      ServerCallStreamObserver<R> out, Supplier<Optional<R>> source, CallContext context) {
    StreamedAnswer<R> answer = new StreamedAnswer<>(out, source, context);
    // With this set, a message for a caller who has gone is dropped without an exception.
    out.setOnCancelHandler(() -> {});
    out.setOnReadyHandler(answer::more);
    answer.more();
  }

  /** Called by gRPC on one thread at a time. */
  private void more() {
    if (ended) {
      return;
    }
    context.<Optional<Void>>during(
        () -> {
          try {
            send();
          } catch (Throwable thrown) {
            // As at the edge of the driver: an unanswered call would wait for ever.
            ended = true;
            out.onError(Statuses.of(thrown, context.id()).asRuntimeException());
          }
          return Optional.empty();
        });
  }

  private void send() {
    while (out.isReady() && !out.isCancelled()) {
      Optional<R> next = source.get();
      if (next.isEmpty()) {
        ended = true;
        out.onCompleted();
        return;
      }
      out.onNext(next.get());
    }
    ended = out.isCancelled();
  }
}
