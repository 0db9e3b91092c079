package dev.berth.csi.server.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.berth.csi.server.request.Limits;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/**
 * Wraps every call: gives it its {@link CallContext}, refuses messages beyond the sizes that CSI
 * allows, and turns whatever a service throws into a status.
 */
public final class CallInterceptor implements ServerInterceptor {
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String rpc = call.getMethodDescriptor().getBareMethodName();
    CallContext context =
        new CallContext(
            CallContext.newId(),
            rpc == null ? call.getMethodDescriptor().getFullMethodName() : rpc,
            Optional.empty(),
            Optional.ofNullable(Context.current().getDeadline()));
    LoggedCall<Q, R> logged = new LoggedCall<>(call, context);
    return new Listener<>(next.startCall(logged, headers), logged);
  }

  private static final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final LoggedCall<Q, ?> call;
    private Optional<Message> request = Optional.empty();

    Listener(ServerCall.Listener<Q> delegate, LoggedCall<Q, ?> call) {
      super(delegate);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof Message m) {
        request = Optional.of(m);
        call.about(volume(m));
      }
      super.onMessage(message);
    }

    @Override
    @SuppressWarnings("CatchAndPrintStackTrace")
    public void onHalfClose() {
      call.context()
          .<Optional<Void>>during(
              () -> {
                try {
                  request.ifPresent(call::logRequest);
                  request.ifPresent(Limits::check);
                  super.onHalfClose();
                } catch (Throwable thrown) {
                  // The edge of the driver: nothing above us could do better, and an unanswered
                  // call would wait for ever.
                  call.close(Statuses.of(thrown, call.context().id()), new Metadata());
                }
                return Optional.empty();
              });
    }

    private static Optional<String> volume(Message message) {
      FieldDescriptor field = message.getDescriptorForType().findFieldByName("volume_id");
      return field == null
          ? Optional.empty()
          : Optional.of(message.getField(field).toString()).filter(id -> !id.isEmpty());
    }
  }
}
