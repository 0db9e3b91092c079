package dev.berth.csi.server.call;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Answering a unary call. */
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
}
