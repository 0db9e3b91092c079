package dev.berth.e2e.rpc;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What came back.
 *
 * @param why the status message; empty when all went well
 */
record Answer(Code code, String why, List<Message> messages) {
  private static final long SECONDS = 120;

  /** More messages of a stream than these are not waited for: the caller goes away. */
  private static final int ENOUGH = 50;

  static Answer of(Channel channel, MethodDescriptor<Message, Message> method, Message request) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    List<Message> got = new ArrayList<>();
    try {
      if (method.getType() == MethodDescriptor.MethodType.UNARY) {
        got.add(ClientCalls.blockingUnaryCall(channel, method, options, request));
      } else {
        var stream = ClientCalls.blockingServerStreamingCall(channel, method, options, request);
        while (got.size() < ENOUGH && stream.hasNext()) {
          got.add(stream.next());
        }
      }
      return new Answer(Code.OK, "", got);
    } catch (StatusRuntimeException e) {
      Status status = e.getStatus();
      return new Answer(status.getCode(), String.valueOf(status.getDescription()), got);
    }
  }
}
