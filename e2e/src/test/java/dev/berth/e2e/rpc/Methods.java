package dev.berth.e2e.rpc;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Which RPC comes next: all of them, and those more often that make something to talk about. */
final class Methods {
  private static final Map<String, Integer> MORE_OFTEN =
      Map.of(
          "CreateVolume", 5,
          "CreateSnapshot", 3,
          "NodeStageVolume", 9,
          "NodePublishVolume", 9,
          "DeleteSnapshot", 2);

  private final List<MethodDescriptor<Message, Message>> all = new ArrayList<>();
  private final Random random;

  Methods(List<MethodDescriptor<?, ?>> methods, Random random) {
    this.random = random;
    for (MethodDescriptor<?, ?> method : methods) {
      int times = MORE_OFTEN.getOrDefault(String.valueOf(method.getBareMethodName()), 1);
      for (int i = 0; i < times; i++) {
        all.add(ofMessages(method));
      }
    }
  }

  /** Puts each into {@code names} by its bare name. */
  static void byName(
      List<MethodDescriptor<?, ?>> methods, Map<String, MethodDescriptor<Message, Message>> names) {
    methods.forEach(m -> names.put(String.valueOf(m.getBareMethodName()), ofMessages(m)));
  }

  MethodDescriptor<Message, Message> next() {
    return all.get(random.nextInt(all.size()));
  }

  /** An empty request. */
  static Message request(MethodDescriptor<Message, Message> method) {
    if (method.getRequestMarshaller() instanceof PrototypeMarshaller<Message> marshaller) {
      Message prototype = marshaller.getMessagePrototype();
      if (prototype != null) {
        return prototype;
      }
    }
    throw new IllegalStateException(method + " is none of protobuf's");
  }

  /** The marshallers look at the messages themselves. */
  @SuppressWarnings("unchecked")
  private static MethodDescriptor<Message, Message> ofMessages(MethodDescriptor<?, ?> method) {
    return (MethodDescriptor<Message, Message>) method;
  }
}
