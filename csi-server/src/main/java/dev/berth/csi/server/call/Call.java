package dev.berth.csi.server.call;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Supplier;

/** Answering a call. */
public final class Call {
  private Call() {}

  /**
   * Does the work and sends its result. What the work throws reaches {@link CallInterceptor}, which
   * maps it to a status and logs it, once.
   */
  public static <R> void answer(StreamObserver<R> out, Supplier<R> work) {
    out.onNext(work.get());
    out.onCompleted();
  }

  /**
   * Sends the messages of {@code source}, one when the caller has room for it, until it has no
   * more; what it throws ends the stream with a status. Once the caller has gone, it is not asked
   * again.
   *
   * @param source is asked by one thread at a time, for each message; empty at the end
   */
  public static <R> void stream(StreamObserver<R> out, Supplier<Optional<R>> source) {
    StreamedAnswer.begin(
        (ServerCallStreamObserver<R>) out, source, CallContext.current().orElseThrow());
  }
}
