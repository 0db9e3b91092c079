package dev.berth.csi.server.request;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.storage.VolumeException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {
  static Stream<Arguments> beyond() {
    return Stream.of(
        Arguments.of(
            create().setName("n".repeat(129)).build(),
            "name has 129 bytes (UTF-8); the limit of CSI is 128"),
        Arguments.of(
            create().setName("é".repeat(65)).build(),
            "name has 130 bytes (UTF-8); the limit of CSI is 128"),
        Arguments.of(
            create().setName("a\u0007b").build(),
            "name contains the control character U+0007; of these only tab, line feed and carriage return are allowed"),
        Arguments.of(
            create().setName("a\u0085b").build(),
            "name contains the control character U+0085; of these only tab, line feed and carriage return are allowed"),
        Arguments.of(
            create().putParameters("k", "v".repeat(4096)).build(),
            "parameters has 4097 bytes (keys and values together); the limit of CSI is 4096"),
        Arguments.of(
            create().putMutableParams("k", "v".repeat(4096)).build(),
            "mutable_parameters has 4097 bytes (keys and values together); the limit of CSI is 4096"),
        Arguments.of(
            DeleteVolumeRequest.newBuilder().putSecrets("k", "hunter2".repeat(1000)).build(),
            "secrets has 7001 bytes (keys and values together); the limit of CSI is 4096"),
        Arguments.of(
            create()
                .addVolumeCapabilities(mount(VolumeCapability.MountVolume.newBuilder()))
                .addVolumeCapabilities(
                    mount(VolumeCapability.MountVolume.newBuilder().setFsType("x".repeat(200))))
                .build(),
            "volume_capabilities[1].mount.fs_type has 200 bytes (UTF-8); the limit of CSI is 128"),
        Arguments.of(
            create()
                .addVolumeCapabilities(
                    mount(
                        VolumeCapability.MountVolume.newBuilder()
                            .addMountFlags("x".repeat(4000))
                            .addMountFlags("y".repeat(97))))
                .build(),
            "volume_capabilities[0].mount.mount_flags has 4097 bytes (all flags together); the limit of CSI is 4096"),
        Arguments.of(
            create().setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(-1)).build(),
            "capacity_range.required_bytes is -1; it must not be negative, 0 means that it is not set"),
        Arguments.of(
            ListVolumesRequest.newBuilder().setMaxEntries(-7).build(),
            "max_entries is -7; it must not be negative, 0 means that it is not set"),
        Arguments.of(
            ControllerPublishVolumeRequest.newBuilder().setNodeId("n".repeat(257)).build(),
            "node_id has 257 bytes (UTF-8); the limit of CSI is 256"),
        Arguments.of(
            NodePublishVolumeRequest.newBuilder().setTargetPath("/" + "p".repeat(4095)).build(),
            "target_path has 4096 bytes (UTF-8); the limit of CSI is 4095"));
  }

  @ParameterizedTest
  @MethodSource("beyond")
  void what_is_beyond_a_limit_is_refused_by_name(Message request, String message) {
    assertThatThrownBy(() -> Limits.check(request))
        .isInstanceOf(VolumeException.Invalid.class)
        .hasMessage(message);
  }

  static Stream<Message> within() {
    return Stream.of(
        create().setName("é".repeat(64)).build(),
        create().setName("tab\t, line\nfeed and carriage\rreturn").build(),
        create().putParameters("k", "v".repeat(4095)).build(),
        ControllerPublishVolumeRequest.newBuilder().setNodeId("n".repeat(256)).build(),
        NodePublishVolumeRequest.newBuilder().setTargetPath("/" + "p".repeat(4094)).build(),
        create()
            .addVolumeCapabilities(
                mount(VolumeCapability.MountVolume.newBuilder().addMountFlags("x".repeat(4096))))
            .build());
  }

  @ParameterizedTest
  @MethodSource("within")
  void what_is_within_the_limits_passes(Message request) {
    assertThatCode(() -> Limits.check(request)).doesNotThrowAnyException();
  }

  private static CreateVolumeRequest.Builder create() {
    return CreateVolumeRequest.newBuilder();
  }

  private static VolumeCapability mount(VolumeCapability.MountVolume.Builder mount) {
    return VolumeCapability.newBuilder().setMount(mount).build();
  }
}
