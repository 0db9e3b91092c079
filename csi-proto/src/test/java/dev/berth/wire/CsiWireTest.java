package dev.berth.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.Csi;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Our text of CSI 1.13 is the specification's on the wire: row by row, and in both directions. */
class CsiWireTest {
  /** The one place that undoes our renaming: the full name in our text, and the wire's own. */
  private static final Map<String, String> WIRE_NAMES =
      Map.of(
          "csi.v1.CreateVolumeRequest.mutable_params", "mutable_parameters",
          "csi.v1.ValidateVolumeCapabilitiesRequest.mutable_params", "mutable_parameters",
          "csi.v1.ValidateVolumeCapabilitiesResponse.Confirmed.mutable_params",
              "mutable_parameters");

  private static final List<WireRow> TABLE = WireTable.read("/csi-1.13-wire.tsv");
  private static final List<WireRow> OURS = WireRows.of(Csi.getDescriptor(), WIRE_NAMES);

  @Test
  void every_row_of_the_table_is_in_the_descriptors() {
    assertThat(TABLE.stream().filter(row -> !OURS.contains(row)))
        .as("in csi-1.13-wire.tsv but not like this in csi.proto")
        .isEmpty();
    System.out.println(TABLE.size() + " rows of CSI 1.13 checked: " + counted(TABLE));
  }

  @Test
  void nothing_is_in_the_descriptors_that_the_table_does_not_have() {
    assertThat(OURS.stream().filter(row -> !TABLE.contains(row)))
        .as("in csi.proto but not like this in csi-1.13-wire.tsv")
        .isEmpty();
    assertThat(OURS).doesNotHaveDuplicates().hasSameSizeAs(TABLE);
  }

  /** The figures are the specification's, so a table that lost rows is noticed. */
  @Test
  void the_table_is_the_whole_of_csi_1_13() {
    assertThat(counted(TABLE))
        .containsEntry("service", 5L)
        .containsEntry("rpc", 36L)
        .containsEntry("message", 104L)
        .containsEntry("field", 216L)
        .containsEntry("enum", 10L)
        .containsEntry("enum_value", 57L)
        .containsOnlyKeys(WireRow.KINDS);
    assertThat(TABLE).doesNotHaveDuplicates();
  }

  /** The table has no column for what no field of CSI uses; so nothing of ours may use it. */
  @Test
  void no_message_reserves_names_or_opens_itself_to_extensions() {
    assertThat(messages().map(Descriptor::toProto))
        .allSatisfy(
            message -> {
              assertThat(message.getReservedNameList()).isEmpty();
              assertThat(message.getExtensionRangeList()).isEmpty();
            });
  }

  @Test
  void mutable_parameters_is_called_mutable_params_beside_parameters_and_only_in_our_text() {
    Stream<FieldDescriptor> renamed = fields().filter(f -> f.getName().equals("mutable_params"));
    assertThat(renamed)
        .allSatisfy(
            field -> {
              assertThat(field.getJsonName()).isEqualTo("mutableParameters");
              assertThat(field.getContainingType().findFieldByName("parameters")).isNotNull();
            })
        .extracting(FieldDescriptor::getFullName)
        .containsExactlyInAnyOrderElementsOf(WIRE_NAMES.keySet());
    assertThat(ControllerModifyVolumeRequest.getDescriptor().findFieldByName("mutable_parameters"))
        .as("keeps its name where nothing clashes")
        .isNotNull();
  }

  @Test
  void the_json_name_of_every_field_is_that_of_its_name_on_the_wire() {
    assertThat(fields())
        .allSatisfy(
            field ->
                assertThat(field.getJsonName())
                    .isEqualTo(
                        camelCase(WIRE_NAMES.getOrDefault(field.getFullName(), field.getName()))));
  }

  /** Redaction looks only at the option, so the option has to be wherever a secret is. */
  @Test
  void the_22_maps_called_secrets_are_secret_and_nothing_else_is() {
    List<String> secret =
        fields()
            .filter(field -> field.getOptions().getExtension(Csi.csiSecret))
            .map(FieldDescriptor::getFullName)
            .toList();
    assertThat(secret)
        .hasSize(22)
        .containsExactlyInAnyOrderElementsOf(
            fields()
                .filter(field -> field.getName().equals("secrets"))
                .map(FieldDescriptor::getFullName)
                .toList());
  }

  @Test
  void a_row_of_an_unknown_kind_is_refused() {
    String columns = String.join("\t", WireRow.COLUMNS);
    String row = String.join("\t", WireRow.of("stream", "csi.v1", "Watch").values());
    assertThatThrownBy(() -> WireTable.parse(List.of(columns, row)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2: kind stream is none of " + WireRow.KINDS);
  }

  @Test
  void a_row_that_lacks_a_column_is_refused() {
    String columns = String.join("\t", WireRow.COLUMNS);
    assertThatThrownBy(() -> WireTable.parse(List.of(columns, "rpc\tcsi.v1.Node\tNodeGetInfo")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row [rpc, csi.v1.Node, NodeGetInfo]: 3 columns instead of 16");
  }

  private static Map<String, Long> counted(List<WireRow> rows) {
    return rows.stream()
        .collect(Collectors.groupingBy(WireRow::kind, TreeMap::new, Collectors.counting()));
  }

  private static Stream<FieldDescriptor> fields() {
    return messages().map(Descriptor::getFields).flatMap(List::stream);
  }

  private static Stream<Descriptor> messages() {
    return Csi.getDescriptor().getMessageTypes().stream().flatMap(CsiWireTest::withNested);
  }

  private static Stream<Descriptor> withNested(Descriptor message) {
    return Stream.of(
            Stream.of(message), message.getNestedTypes().stream().flatMap(CsiWireTest::withNested))
        .flatMap(Function.identity());
  }

  /** As descriptor.proto has it: no underscores, and a capital after each. */
  private static String camelCase(String name) {
    String[] words = name.split("_", -1);
    return Stream.of(words)
        .skip(1)
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining("", words[0], ""));
  }
}
