package dev.berth.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.pluginregistration.v1.PluginRegistration;
import dev.berth.pluginregistration.v1.RegistrationGrpc;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Our text of the kubelet's plugin registration API v1 is the kubelet's on the wire. */
class PluginRegistrationWireTest {
  private static final String TABLE =
      """
      kind     container                             name                        number label    type
      package  -                                     pluginregistration          -      -        -
      message  pluginregistration                    InfoRequest                 -      -        -
      message  pluginregistration                    PluginInfo                  -      -        -
      field    pluginregistration.PluginInfo         type                        1      singular string
      field    pluginregistration.PluginInfo         name                        2      singular string
      field    pluginregistration.PluginInfo         endpoint                    3      singular string
      field    pluginregistration.PluginInfo         supported_versions          4      repeated string
      message  pluginregistration                    RegistrationStatus          -      -        -
      field    pluginregistration.RegistrationStatus plugin_registered           1      singular bool
      field    pluginregistration.RegistrationStatus error                       2      singular string
      message  pluginregistration                    RegistrationStatusResponse  -      -        -
      """;

  @Test
  void the_messages_are_those_of_the_kubelet() {
    var columns = TABLE.lines().findFirst().orElseThrow().split(" +");
    var ours =
        WireRows.of(PluginRegistration.getDescriptor(), Map.of()).stream()
            .filter(row -> !row.kind().matches("file|service|rpc"))
            .map(row -> row.only(columns));
    assertThat(ours)
        .containsExactlyInAnyOrderElementsOf(
            TABLE.lines().skip(1).map(line -> line.replaceAll(" +", " ")).toList());
  }

  @Test
  void the_service_has_the_two_calls_of_the_kubelet_and_no_other() {
    assertThat(RegistrationGrpc.getServiceDescriptor().getMethods())
        .extracting(method -> method.getFullMethodName() + " " + method.getType())
        .containsExactlyInAnyOrder(
            "pluginregistration.Registration/GetInfo UNARY",
            "pluginregistration.Registration/NotifyRegistrationStatus UNARY");
    assertThat(
            WireRows.of(PluginRegistration.getDescriptor(), Map.of()).stream()
                .filter(row -> row.kind().equals("rpc"))
                .map(row -> row.only("name", "request", "response")))
        .containsExactlyInAnyOrder(
            "GetInfo pluginregistration.InfoRequest pluginregistration.PluginInfo",
            "NotifyRegistrationStatus pluginregistration.RegistrationStatus"
                + " pluginregistration.RegistrationStatusResponse");
  }
}
