package dev.berth.provisioner.simulation;

import static java.util.Objects.requireNonNull;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** A gRPC channel that answers on the caller's own thread, so that a call is a call. */
final class DriverChannel extends Channel {
  /** Whoever answers. */
  @FunctionalInterface
  interface Answers {
    /**
     * The response to a request of the method of this name.
     *
     * @throws StatusRuntimeException for any other status than OK
     */
    Object answer(String method, Object request);
  }

  private final Answers answers;

  DriverChannel(Answers answers) {
    this.answers = answers;
  }

  @Override
  public String authority() {
    return "simulation";
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return new Unary<>(String.valueOf(method.getBareMethodName()));
  }

  private final class Unary<Q, R> extends ClientCall<Q, R> {
    private final String method;
    private @Nullable Listener<R> listener;
    private @Nullable Q request;

    Unary(String method) {
      this.method = method;
    }

    @Override
    public void start(Listener<R> to, Metadata headers) {
      listener = to;
    }

    @Override
    public void request(int messages) {
      // there is one, and it comes when it is ready
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      // the caller has died
    }

    @Override
    public void sendMessage(Q message) {
      request = message;
    }

    @Override
    @SuppressWarnings("unchecked") // who answers knows the method
    public void halfClose() {
      Listener<R> to = requireNonNull(listener);
      try {
        R response = (R) answers.answer(method, requireNonNull(request));
        to.onHeaders(new Metadata());
        to.onMessage(response);
        to.onClose(Status.OK, new Metadata());
      } catch (StatusRuntimeException e) {
        to.onClose(e.getStatus(), new Metadata());
      }
    }
  }
}
