package dev.berth.csi.server.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.berth.csi.v1.Csi;
import dev.berth.csi.v1.VolumeCapability;
import java.util.List;
import java.util.Map;

/**
 * Requests and replies as log lines, without what must not be in a log: protobuf's {@code
 * toString()} prints secrets.
 *
 * <p>Fields that the protocol marks {@code csi_secret} are left out, at any depth. Mount flags may
 * hold a password too and carry no mark, so their values are covered.
 */
final class Redaction {
  private static final FieldDescriptor MOUNT_FLAGS =
      VolumeCapability.MountVolume.getDescriptor()
          .findFieldByNumber(VolumeCapability.MountVolume.MOUNT_FLAGS_FIELD_NUMBER);

  private Redaction() {}

  /** One line. */
  static String loggable(Message message) {
    return TextFormat.printer().emittingSingleLine(true).printToString(covered(message));
  }

  /** A copy without secrets. */
  static Message covered(Message message) {
    Message.Builder copy = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      cover(copy, field.getKey(), field.getValue());
    }
    return copy.build();
  }

  private static void cover(Message.Builder copy, FieldDescriptor field, Object value) {
    if (field.getOptions().getExtension(Csi.csiSecret)) {
      copy.clearField(field);
    } else if (field.equals(MOUNT_FLAGS)) {
      List<?> flags = (List<?>) value;
      for (int i = 0; i < flags.size(); i++) {
        copy.setRepeatedField(field, i, "***");
      }
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && field.isRepeated()) {
      List<?> parts = (List<?>) value;
      for (int i = 0; i < parts.size(); i++) {
        copy.setRepeatedField(field, i, covered((Message) parts.get(i)));
      }
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      copy.setField(field, covered((Message) value));
    }
  }
}
