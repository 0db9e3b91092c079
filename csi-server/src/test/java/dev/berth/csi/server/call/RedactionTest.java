package dev.berth.csi.server.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.Csi;
import dev.berth.csi.v1.VolumeCapability;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedactionTest {
  private static final String SECRET = "hunter2";

  /** Every message of the protocol, nested ones included. */
  static Stream<Descriptor> messages() {
    return Csi.getDescriptor().getMessageTypes().stream()
        .flatMap(RedactionTest::withNested)
        .filter(d -> !d.getOptions().getMapEntry());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void no_message_shows_a_secret_at_any_depth(Descriptor type) {
    String line = Redaction.loggable(filled(type, 0));
    assertThat(line).doesNotContain(SECRET).doesNotContain("\n");
  }

  @Test
  void the_protocol_has_the_twenty_two_secret_fields_that_this_test_fills() {
    List<FieldDescriptor> secret = new ArrayList<>();
    messages()
        .flatMap(d -> d.getFields().stream())
        .filter(f -> f.getOptions().getExtension(Csi.csiSecret))
        .forEach(secret::add);
    assertThat(secret).hasSize(22);
  }

  @Test
  void what_is_no_secret_is_shown_and_mount_flags_are_counted_but_covered() {
    var request =
        CreateVolumeRequest.newBuilder()
            .setName("pvc-1")
            .putSecrets("password", SECRET)
            .addVolumeCapabilities(
                VolumeCapability.newBuilder()
                    .setMount(
                        VolumeCapability.MountVolume.newBuilder()
                            .setFsType("xfs")
                            .addMountFlags("password=" + SECRET)))
            .build();
    assertThat(Redaction.loggable(request))
        .isEqualTo(
            "name: \"pvc-1\" volume_capabilities { mount { fs_type: \"xfs\" mount_flags: \"***\" } }");
    assertThat(request.getSecretsMap()).containsEntry("password", SECRET);
  }

  private static Stream<Descriptor> withNested(Descriptor d) {
    return Stream.concat(
        Stream.of(d), d.getNestedTypes().stream().flatMap(RedactionTest::withNested));
  }

  /** A message with a secret in every place that may hold one, and something in all others. */
  private static Message filled(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (depth > 5) {
        break;
      }
      if (field.getOptions().getExtension(Csi.csiSecret)) {
        message.addRepeatedField(field, entry(field.getMessageType(), SECRET));
      } else if (field.isMapField()) {
        message.addRepeatedField(field, entry(field.getMessageType(), "value"));
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        set(message, field, filled(field.getMessageType(), depth + 1));
      } else if (field.getName().equals("mount_flags")) {
        set(message, field, SECRET);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.STRING) {
        set(message, field, "text");
      }
    }
    return message.build();
  }

  private static Message entry(Descriptor type, String value) {
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByNumber(1), "key")
        .setField(type.findFieldByNumber(2), value)
        .build();
  }

  private static void set(DynamicMessage.Builder message, FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      message.addRepeatedField(field, value);
    } else {
      message.setField(field, value);
    }
  }
}
