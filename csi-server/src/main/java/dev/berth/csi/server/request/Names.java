package dev.berth.csi.server.request;

import com.google.protobuf.Descriptors.FieldDescriptor;

/** What fields are called in messages to people. */
final class Names {
  private Names() {}

  /**
   * The name in the specification. {@code mutable_parameters} beside {@code parameters} cannot be
   * compiled to Java, so our text of the protocol calls it {@code mutable_params}.
   */
  static String of(FieldDescriptor field) {
    return field.getName().equals("mutable_params") ? "mutable_parameters" : field.getName();
  }
}
