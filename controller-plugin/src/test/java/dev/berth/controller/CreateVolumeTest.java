package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.csi.v1.Volume;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.Bytes;
import dev.berth.storage.Claim;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Limit;
import dev.berth.storage.VolumeId;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CreateVolumeTest {
  private static final String KEY = "topology.local.berth.dev/node";

  @TempDir Path dir;
  private RunningController running;

  @BeforeEach
  void start() {
    running = new RunningController(dir);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void a_volume_has_the_size_that_was_asked_and_lives_on_this_node() {
    Volume volume = create(Requests.create("pvc-1"));
    assertThat(volume.getCapacityBytes()).isEqualTo(Bytes.ofMiB(32).value());
    assertThat(volume.getVolumeId()).matches("[a-z0-9]{8}\\.pvc-1");
    assertThat(volume.getAccessibleTopologyList()).containsExactly(here());
    assertThat(volume.getVolumeContextMap()).isEmpty();
    assertThat(stored(volume).content()).isEqualTo(new Content.Filesystem(FsType.EXT4));
  }

  @Test
  void the_same_request_again_is_the_same_volume() {
    assertThat(create(Requests.create("pvc-1"))).isEqualTo(create(Requests.create("pvc-1")));
    assertThat(running.pools().list()).hasSize(1);
  }

  @Test
  void without_a_filesystem_type_it_is_xfs_and_without_a_range_one_gibibyte() {
    Volume volume =
        create(
            Requests.create("pvc-1", Requests.mount("", Mode.SINGLE_NODE_WRITER))
                .clearCapacityRange());
    assertThat(volume.getCapacityBytes()).isEqualTo(Bytes.ofGiB(1).value());
    assertThat(stored(volume).content()).isEqualTo(new Content.Filesystem(FsType.XFS));
  }

  @Test
  void a_directory_has_no_filesystem_and_is_never_a_device() {
    var parameters = Map.of("kind", "directory", "capacity", "advisory");
    var plain = Requests.mount("", Mode.SINGLE_NODE_MULTI_WRITER);
    Volume volume = create(Requests.create("pvc-1", plain).putAllParameters(parameters));
    assertThat(stored(volume).content()).isEqualTo(new Content.Directory(Limit.ADVISORY));
    var expanded =
        running
            .controller()
            .controllerExpandVolume(
                ControllerExpandVolumeRequest.newBuilder()
                    .setVolumeId(volume.getVolumeId())
                    .setCapacityRange(Requests.range(Bytes.ofMiB(64), Bytes.ZERO))
                    .build());
    assertThat(expanded.getCapacityBytes()).isEqualTo(Bytes.ofMiB(64).value());
    assertThat(expanded.getNodeExpansionRequired()).isFalse();
    var xfs = Requests.mount("xfs", Mode.SINGLE_NODE_MULTI_WRITER);
    assertThat(refusal(Requests.create("pvc-2", xfs).putAllParameters(parameters)))
        .isEqualTo(
            "INVALID_ARGUMENT: volume_capabilities[0].mount.fs_type is 'xfs', but a directory volume has no filesystem of its own; leave it empty, or use kind image");
    assertThat(
            refusal(
                Requests.create("pvc-3", Requests.block(Mode.SINGLE_NODE_WRITER))
                    .putAllParameters(parameters)))
        .isEqualTo(
            "INVALID_ARGUMENT: volume_capabilities[0] asks for block, but a directory volume has no device; ask for mount, or use kind image");
    assertThat(refusal(Requests.create("pvc-4")))
        .startsWith(
            "FAILED_PRECONDITION: no pool can take the volume: pool disk: it holds directory volumes");
  }

  @Test
  void with_a_limit_alone_the_volume_stays_within_it() {
    Volume volume =
        create(
            Requests.create("pvc-1").setCapacityRange(Requests.range(Bytes.ZERO, Bytes.ofMiB(64))));
    assertThat(volume.getCapacityBytes()).isEqualTo(Bytes.ofMiB(64).value());
  }

  @Test
  void a_limit_alone_that_is_no_multiple_of_the_block_size_is_rounded_down() {
    Volume volume =
        create(
            Requests.create("pvc-1")
                .setCapacityRange(Requests.range(Bytes.ZERO, new Bytes((64 << 20) + 1000))));
    assertThat(volume.getCapacityBytes()).isEqualTo(Bytes.ofMiB(64).value());
  }

  @Test
  void a_block_volume_has_the_block_size_of_its_class() {
    VolumeCapability block = Requests.block(Mode.SINGLE_NODE_WRITER);
    assertThat(stored(create(Requests.create("b-1", block))).content())
        .isEqualTo(new Content.Block(new Bytes(4096)));
    assertThat(
            stored(create(Requests.create("b-2", block).putParameters("blockSize", "512")))
                .content())
        .isEqualTo(new Content.Block(new Bytes(512)));
  }

  @Test
  void the_claim_is_recorded_and_no_part_of_the_comparison() {
    Volume volume =
        create(
            Requests.create("pvc-1")
                .putParameters("csi.storage.k8s.io/pvc/name", "data")
                .putParameters("csi.storage.k8s.io/pvc/namespace", "shop")
                .putParameters("csi.storage.k8s.io/pv/name", "pvc-1"));
    assertThat(stored(volume).claim()).contains(new Claim("shop", "data", "pvc-1"));
    assertThat(create(Requests.create("pvc-1")).getVolumeId()).isEqualTo(volume.getVolumeId());
  }

  @Test
  void for_which_cluster_and_claim_is_recorded_and_no_part_of_the_comparison() {
    Volume volume =
        create(
            Requests.create("pvc-1")
                .putParameters("berth.dev/cluster", "c-1")
                .putParameters("berth.dev/claim-uid", "u-1")
                .putParameters("csi.storage.k8s.io/pvc/name", "data")
                .putParameters("csi.storage.k8s.io/pvc/namespace", "shop")
                .putParameters("csi.storage.k8s.io/pv/name", "pvc-1"));
    assertThat(stored(volume).claim())
        .contains(new Claim(Optional.of("c-1"), "shop", "data", Optional.of("u-1"), "pvc-1"));
    assertThat(stored(volume).acknowledged()).isFalse();
    assertThat(create(Requests.create("pvc-1")).getVolumeId()).isEqualTo(volume.getVolumeId());
  }

  @Test
  void secrets_are_ignored() {
    assertThat(create(Requests.create("pvc-1").putSecrets("key", "hunter2")).getVolumeId())
        .endsWith(".pvc-1");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {
        "SINGLE_NODE_WRITER",
        "SINGLE_NODE_READER_ONLY",
        "MULTI_NODE_READER_ONLY",
        "SINGLE_NODE_SINGLE_WRITER",
        "SINGLE_NODE_MULTI_WRITER"
      })
  void every_mode_that_one_node_can_serve_is_fine(Mode mode) {
    assertThat(create(Requests.create("pvc-1", Requests.mount("ext4", mode))).getVolumeId())
        .endsWith(".pvc-1");
  }

  static Stream<TopologyRequirement> places() {
    Topology elsewhere = Topology.newBuilder().putSegments(KEY, "node-2").build();
    return Stream.of(
        TopologyRequirement.newBuilder().addRequisite(here()).build(),
        TopologyRequirement.newBuilder().addRequisite(elsewhere).addRequisite(here()).build(),
        TopologyRequirement.newBuilder().addPreferred(elsewhere).build(),
        TopologyRequirement.newBuilder()
            .addRequisite(
                Topology.newBuilder().putSegments("Topology.Local.Berth.dev/Node", "node-1"))
            .build());
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_requirement_that_this_node_meets_is_met(TopologyRequirement requirement) {
    assertThat(
            create(Requests.create("pvc-1").setAccessibilityRequirements(requirement))
                .getAccessibleTopologyList())
        .containsExactly(here());
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        row(
            Requests.create(""),
            Code.INVALID_ARGUMENT,
            "name is required, and this request leaves it empty"),
        row(
            Requests.create("bad").clearVolumeCapabilities(),
            Code.INVALID_ARGUMENT,
            "volume_capabilities is required, and this request leaves it empty"),
        row(
            Requests.create("bad", VolumeCapability.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "volume_capabilities[0].access_mode.mode is required, and this request leaves it empty"),
        row(
            Requests.create(
                "bad", Requests.block(Mode.SINGLE_NODE_WRITER).toBuilder().clearBlock().build()),
            Code.INVALID_ARGUMENT,
            "volume_capabilities[0] sets neither block nor mount; one of them is required"),
        row(
            Requests.create("bad", Requests.mount("", Mode.MULTI_NODE_MULTI_WRITER)),
            Code.INVALID_ARGUMENT,
            "volume_capabilities[0].access_mode MULTI_NODE_MULTI_WRITER is not supported: a volume of this driver lives on one node; use a SINGLE_NODE mode (ReadWriteOnce or ReadWriteOncePod)"),
        row(
            Requests.create("bad", Requests.mount("", Mode.MULTI_NODE_SINGLE_WRITER)),
            Code.INVALID_ARGUMENT,
            "volume_capabilities[0].access_mode MULTI_NODE_SINGLE_WRITER is not supported: a volume of this driver lives on one node; use a SINGLE_NODE mode (ReadWriteOnce or ReadWriteOncePod)"),
        row(
            Requests.create("bad", Requests.block(Mode.MULTI_NODE_READER_ONLY)),
            Code.INVALID_ARGUMENT,
            "volume_capabilities[0].access_mode MULTI_NODE_READER_ONLY is not supported with block: a device cannot be made read-only for one path; use a writing mode, or mount"),
        row(
            Requests.create(
                "bad",
                Requests.block(Mode.SINGLE_NODE_WRITER),
                Requests.mount("", Mode.SINGLE_NODE_WRITER)),
            Code.INVALID_ARGUMENT,
            "volume_capabilities ask for block and for mount; a volume of this driver is one of them, make two volumes"),
        row(
            Requests.create("bad", Requests.mount("btrfs", Mode.SINGLE_NODE_WRITER)),
            Code.INVALID_ARGUMENT,
            "volume_capabilities[0].mount.fs_type \"btrfs\" is not a filesystem that a volume can hold; use one of xfs, ext4"),
        row(
            Requests.create(
                "bad",
                Requests.mount("xfs", Mode.SINGLE_NODE_WRITER),
                Requests.mount("ext4", Mode.SINGLE_NODE_WRITER)),
            Code.INVALID_ARGUMENT,
            "volume_capabilities name two filesystems in fs_type, ext4 and xfs; a volume holds one"),
        row(
            Requests.create("bad").setCapacityRange(Requests.range(Bytes.ZERO, Bytes.ZERO)),
            Code.INVALID_ARGUMENT,
            "capacity_range sets neither required_bytes nor limit_bytes; set one of them above 0, or leave capacity_range out"),
        row(
            Requests.create("bad")
                .setCapacityRange(Requests.range(new Bytes(4096), new Bytes(1024))),
            Code.INVALID_ARGUMENT,
            "capacity_range.limit_bytes 1024 is below required_bytes 4096; raise the limit or leave it 0"),
        row(
            Requests.create("bad").putMutableParams("iops", "9"),
            Code.INVALID_ARGUMENT,
            "mutable_parameters.iops (\"9\") is not a mutable parameter of this driver; known are undelete, discard, readAhead, scheduler"),
        row(
            Requests.create("bad")
                .setAccessibilityRequirements(TopologyRequirement.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "accessibility_requirements sets neither requisite nor preferred; set one, or leave it out"),
        row(
            Requests.create("bad")
                .setAccessibilityRequirements(
                    TopologyRequirement.newBuilder()
                        .addRequisite(Topology.newBuilder().putSegments(KEY, "node-9"))),
            Code.RESOURCE_EXHAUSTED,
            "accessibility_requirements.requisite is {topology.local.berth.dev/node=node-9}, but volumes of this driver are at topology.local.berth.dev/node=node-1 only"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void a_request_that_cannot_be_met_is_refused_in_words_and_makes_nothing(
      CreateVolumeRequest request, Code code, String message) {
    var refusal =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> running.controller().createVolume(request));
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(refusal.getStatus().getDescription()).isEqualTo(message);
    assertThat(
            running
                .controller()
                .listVolumes(ListVolumesRequest.getDefaultInstance())
                .getEntriesCount())
        .isZero();
  }

  static Stream<Arguments> different() {
    return Stream.of(
        Arguments.of(
            Requests.create("pvc-1").setCapacityRange(Requests.range(Bytes.ofMiB(64), Bytes.ZERO))),
        Arguments.of(Requests.create("pvc-1").putParameters("allocation", "thick")),
        Arguments.of(Requests.create("pvc-1", Requests.block(Mode.SINGLE_NODE_WRITER))),
        Arguments.of(
            Requests.create("pvc-1", Requests.mount("xfs", Mode.SINGLE_NODE_WRITER))
                .setCapacityRange(Requests.range(new Bytes(1), Bytes.ZERO))));
  }

  @ParameterizedTest
  @MethodSource("different")
  void a_name_that_is_taken_by_another_volume_is_a_conflict(CreateVolumeRequest.Builder request) {
    create(Requests.create("pvc-1"));
    var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> create(request));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(refusal.getStatus().getDescription()).contains("pvc-1");
  }

  @Test
  void more_than_the_pool_has_is_exhausted() {
    var refusal =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                create(
                    Requests.create("big")
                        .setCapacityRange(Requests.range(Bytes.ofGiB(5), Bytes.ZERO))));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getStatus().getDescription()).contains("disk");
  }

  private String refusal(CreateVolumeRequest.Builder request) {
    var status =
        catchThrowableOfType(StatusRuntimeException.class, () -> create(request)).getStatus();
    return status.getCode() + ": " + status.getDescription();
  }

  private Volume create(CreateVolumeRequest.Builder request) {
    return running.controller().createVolume(request.build()).getVolume();
  }

  private dev.berth.storage.Volume stored(Volume volume) {
    return running.pools().get(VolumeId.parse(volume.getVolumeId()).orElseThrow());
  }

  private static Topology here() {
    return Topology.newBuilder().putSegments(KEY, "node-1").build();
  }

  private static Arguments row(CreateVolumeRequest.Builder request, Code code, String message) {
    return Arguments.of(request.build(), code, message);
  }
}
