package dev.berth.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.berth.csi.v1.Csi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down everything that a protocol file says, as rows like those of a {@link WireTable}. */
final class WireRows {
  private final List<WireRow> rows = new ArrayList<>();
  private final Map<String, String> wireNames;

  private WireRows(Map<String, String> wireNames) {
    this.wireNames = wireNames;
  }

  /**
   * Everything that a file says.
   *
   * @param wireNames the true name of each field that our text calls otherwise, by its full name in
   *     our text
   */
  static List<WireRow> of(FileDescriptor file, Map<String, String> wireNames) {
    var written = new WireRows(wireNames);
    written.file(file);
    return List.copyOf(written.rows);
  }

  private void file(FileDescriptor file) {
    add(
        WireRow.of("file", "-", Path.of(file.getName()).getFileName().toString())
            .with("type_class", "syntax")
            .with("type", file.toProto().getSyntax()));
    add(WireRow.of("package", "-", file.getPackage()));
    file.getDependencies().forEach(i -> add(WireRow.of("import", "-", i.getName())));
    file.getExtensions().forEach(this::extension);
    file.getServices().forEach(this::service);
    file.getMessageTypes().forEach(this::message);
    file.getEnumTypes().forEach(this::enumeration);
  }

  private void extension(FieldDescriptor extension) {
    add(
        typed(
                WireRow.of(
                    "extension",
                    extension.getContainingType().getFullName(),
                    extension.getFullName()),
                extension)
            .flag("deprecated", extension.getOptions().getDeprecated()));
  }

  private void service(ServiceDescriptor service) {
    add(
        WireRow.of("service", container(service), service.getName())
            .with("members", service.getMethods().size())
            .flag("alpha", service.getOptions().getExtension(Csi.alphaService))
            .flag("deprecated", service.getOptions().getDeprecated()));
    service.getMethods().forEach(this::rpc);
  }

  private void rpc(MethodDescriptor rpc) {
    add(
        WireRow.of("rpc", container(rpc), rpc.getName())
            .with("request", rpc.getInputType().getFullName())
            .with("response", rpc.getOutputType().getFullName())
            .flag("client_stream", rpc.isClientStreaming())
            .flag("server_stream", rpc.isServerStreaming())
            .flag("alpha", rpc.getOptions().getExtension(Csi.alphaMethod))
            .flag("deprecated", rpc.getOptions().getDeprecated()));
  }

  private void message(Descriptor message) {
    if (message.getOptions().getMapEntry()) {
      return; // protoc's own: how a map travels, and the map's row says it
    }
    add(
        WireRow.of("message", container(message), message.getName())
            .with("members", message.getFields().size())
            .flag("alpha", message.getOptions().getExtension(Csi.alphaMessage))
            .flag("deprecated", message.getOptions().getDeprecated()));
    message.getFields().forEach(this::field);
    message.getOneofs().forEach(this::oneof);
    message.getExtensions().forEach(this::extension);
    for (var range : message.toProto().getReservedRangeList()) {
      reserved(message, range.getStart(), range.getEnd() - 1); // descriptor.proto: end is exclusive
    }
    message.getNestedTypes().forEach(this::message);
    message.getEnumTypes().forEach(this::enumeration);
  }

  private void field(FieldDescriptor field) {
    add(
        typed(
                WireRow.of(
                    "field",
                    field.getContainingType().getFullName(),
                    wireNames.getOrDefault(field.getFullName(), field.getName())),
                field)
            .flag("secret", field.getOptions().getExtension(Csi.csiSecret))
            .flag("alpha", field.getOptions().getExtension(Csi.alphaField))
            .flag("deprecated", field.getOptions().getDeprecated()));
  }

  private void oneof(OneofDescriptor oneof) {
    add(
        WireRow.of("oneof", oneof.getContainingType().getFullName(), oneof.getName())
            .with("members", oneof.getFieldCount()));
  }

  private void enumeration(EnumDescriptor enumeration) {
    add(
        WireRow.of("enum", container(enumeration), enumeration.getName())
            .with("members", enumeration.getValues().size())
            .flag("alpha", enumeration.getOptions().getExtension(Csi.alphaEnum))
            .flag("deprecated", enumeration.getOptions().getDeprecated()));
    enumeration.getValues().forEach(this::value);
    for (var range : enumeration.toProto().getReservedRangeList()) {
      reserved(enumeration, range.getStart(), range.getEnd()); // descriptor.proto: end is inclusive
    }
  }

  private void value(EnumValueDescriptor value) {
    add(
        WireRow.of("enum_value", value.getType().getFullName(), value.getName())
            .with("number", value.getNumber())
            .flag("alpha", value.getOptions().getExtension(Csi.alphaEnumValue))
            .flag("deprecated", value.getOptions().getDeprecated()));
  }

  private void reserved(GenericDescriptor in, int first, int last) {
    add(WireRow.of("reserved_range", in.getFullName(), first + ".." + last));
  }

  private static WireRow typed(WireRow row, FieldDescriptor field) {
    @Nullable OneofDescriptor oneof = field.getContainingOneof();
    return row.with("number", field.getNumber())
        .with("label", label(field))
        .with("type_class", typeClass(field))
        .with("type", type(field))
        .with("oneof", oneof == null ? "-" : oneof.getName());
  }

  private static String label(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map";
    }
    if (field.isRepeated()) {
      return "repeated";
    }
    return field.getContainingOneof() == null ? "singular" : "oneof";
  }

  private static String typeClass(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map";
    }
    return switch (field.getJavaType()) {
      case ENUM -> "enum";
      case MESSAGE ->
          field.getMessageType().getFile().getPackage().equals("google.protobuf")
              ? "wellknown"
              : "message";
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> "scalar";
    };
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      var entry = field.getMessageType();
      return "map<%s,%s>"
          .formatted(type(entry.findFieldByNumber(1)), type(entry.findFieldByNumber(2)));
    }
    return switch (field.getJavaType()) {
      case ENUM -> field.getEnumType().getFullName();
      case MESSAGE -> field.getMessageType().getFullName();
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String container(GenericDescriptor of) {
    String name = of.getFullName();
    return name.substring(0, name.lastIndexOf('.'));
  }

  private void add(WireRow row) {
    rows.add(row);
  }
}
