package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGetVolumeRequest;
import dev.berth.csi.v1.ControllerGetVolumeResponse;
import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.ListVolumesResponse;
import dev.berth.csi.v1.ProbeRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesRequest;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesResponse;
import dev.berth.csi.v1.Volume;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.Bytes;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ControllerServiceTest {
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
  void the_driver_says_who_it_is_what_it_can_and_that_it_is_ready() {
    var info = running.identity().getPluginInfo(GetPluginInfoRequest.getDefaultInstance());
    assertThat(info.getName()).isEqualTo("local.berth.dev");
    assertThat(info.getVendorVersion()).isEqualTo("0.1.0");
    assertThat(info.getManifestMap())
        .containsExactly(Map.entry("berth.dev/records-claims", "true"));
    assertThat(running.identity().probe(ProbeRequest.getDefaultInstance()).getReady().getValue())
        .isTrue();
    assertThat(
            running
                .identity()
                .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .hasSize(5);
    assertThat(
            running
                .controller()
                .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(c -> c.getRpc().getType())
        .containsExactly(
            ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME,
            ControllerServiceCapability.RPC.Type.LIST_VOLUMES,
            ControllerServiceCapability.RPC.Type.GET_CAPACITY,
            ControllerServiceCapability.RPC.Type.CREATE_DELETE_SNAPSHOT,
            ControllerServiceCapability.RPC.Type.LIST_SNAPSHOTS,
            ControllerServiceCapability.RPC.Type.GET_SNAPSHOT,
            ControllerServiceCapability.RPC.Type.CLONE_VOLUME,
            ControllerServiceCapability.RPC.Type.EXPAND_VOLUME,
            ControllerServiceCapability.RPC.Type.GET_VOLUME,
            ControllerServiceCapability.RPC.Type.MODIFY_VOLUME,
            ControllerServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
            ControllerServiceCapability.RPC.Type.LIST_VOLUME_HEALTH,
            ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER);
  }

  @Test
  void deleting_is_done_when_the_volume_is_gone_however_often_it_is_asked() {
    Volume volume = create("pvc-1");
    for (String id : List.of(volume.getVolumeId(), volume.getVolumeId(), "fake-vol-id", "../x")) {
      var _ =
          running
              .controller()
              .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
    }
    assertThat(ids(ListVolumesRequest.getDefaultInstance())).isEmpty();
  }

  @Test
  void pages_are_of_the_size_asked_and_together_everything_also_while_volumes_come_and_go() {
    List<String> all =
        IntStream.range(0, 5).mapToObj(i -> create("pvc-" + i).getVolumeId()).toList();
    List<String> seen = new ArrayList<>();
    var page = list(ListVolumesRequest.newBuilder().setMaxEntries(2).build());
    seen.addAll(ids(page));
    // The volume that the token names is gone when the next page is asked for.
    var _ =
        running
            .controller()
            .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(seen.getLast()).build());
    while (!page.getNextToken().isEmpty()) {
      page =
          list(
              ListVolumesRequest.newBuilder()
                  .setMaxEntries(2)
                  .setStartingToken(page.getNextToken())
                  .build());
      seen.addAll(ids(page));
    }
    assertThat(seen).containsExactlyElementsOf(all);
  }

  @Test
  void a_page_that_holds_the_last_volume_has_no_token() {
    create("pvc-1");
    assertThat(list(ListVolumesRequest.newBuilder().setMaxEntries(1).build()).getNextToken())
        .isEmpty();
  }

  @Test
  void one_volume_is_told_with_a_status() {
    Volume volume = create("pvc-1");
    ControllerGetVolumeResponse reply =
        running
            .controller()
            .controllerGetVolume(
                ControllerGetVolumeRequest.newBuilder().setVolumeId(volume.getVolumeId()).build());
    assertThat(reply.getVolume()).isEqualTo(volume);
    assertThat(reply.hasStatus()).isTrue();
  }

  @Test
  void capacity_is_what_the_pool_has_here_and_nothing_elsewhere() {
    var here = running.controller().getCapacity(GetCapacityRequest.getDefaultInstance());
    assertThat(here.getAvailableCapacity()).isEqualTo(Bytes.ofGiB(4).value());
    assertThat(here.getMaximumVolumeSize().getValue()).isEqualTo(Bytes.ofGiB(4).value());
    assertThat(here.hasMinimumVolumeSize()).isFalse();
    create("pvc-1");
    var less =
        running
            .controller()
            .getCapacity(
                GetCapacityRequest.newBuilder()
                    .putParameters("pool", "disk")
                    .putParameters("csi.storage.k8s.io/fstype", "xfs")
                    .setAccessibleTopology(
                        Topology.newBuilder()
                            .putSegments("topology.local.berth.dev/node", "node-1"))
                    .build());
    assertThat(less.getAvailableCapacity())
        .isEqualTo(Bytes.ofGiB(4).minus(Bytes.ofMiB(32)).value());
    assertThat(less.getMinimumVolumeSize().getValue()).isEqualTo(Bytes.ofMiB(300).value());
    var elsewhere =
        running
            .controller()
            .getCapacity(
                GetCapacityRequest.newBuilder()
                    .setAccessibleTopology(
                        Topology.newBuilder()
                            .putSegments("topology.local.berth.dev/node", "node-2"))
                    .build());
    assertThat(elsewhere.getAvailableCapacity()).isZero();
  }

  @Test
  void a_volume_grows_once_and_asking_again_changes_nothing() {
    String id = create("pvc-1").getVolumeId();
    for (Bytes asked : List.of(Bytes.ofMiB(64), Bytes.ofMiB(64), Bytes.ofMiB(48))) {
      var reply = running.controller().controllerExpandVolume(expand(id, asked, Bytes.ZERO));
      assertThat(reply.getCapacityBytes()).isEqualTo(Bytes.ofMiB(64).value());
      assertThat(reply.getNodeExpansionRequired()).isTrue();
    }
  }

  @Test
  void what_a_volume_supports_is_confirmed() {
    String id = create("pvc-1").getVolumeId();
    var request =
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(id)
            .addVolumeCapabilities(Requests.mount("", Mode.SINGLE_NODE_MULTI_WRITER, "noatime"))
            .addVolumeCapabilities(Requests.mount("ext4", Mode.SINGLE_NODE_WRITER))
            .putParameters("allocation", "thin")
            .putVolumeContext("of", "somebody else")
            .build();
    var reply = running.controller().validateVolumeCapabilities(request);
    assertThat(reply.getConfirmed().getVolumeCapabilitiesList())
        .isEqualTo(request.getVolumeCapabilitiesList());
    assertThat(reply.getConfirmed().getParametersMap()).isEqualTo(request.getParametersMap());
    assertThat(reply.getConfirmed().getVolumeContextMap()).isEmpty();
    assertThat(reply.getMessage()).isEmpty();
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(
        Arguments.of(
            (Consumer<ValidateVolumeCapabilitiesRequest.Builder>)
                q -> q.addVolumeCapabilities(Requests.block(Mode.SINGLE_NODE_WRITER)),
            "asks for block"),
        Arguments.of(
            (Consumer<ValidateVolumeCapabilitiesRequest.Builder>)
                q -> q.addVolumeCapabilities(Requests.mount("xfs", Mode.SINGLE_NODE_WRITER)),
            "fs_type is 'xfs'"),
        Arguments.of(
            (Consumer<ValidateVolumeCapabilitiesRequest.Builder>)
                q -> q.addVolumeCapabilities(Requests.mount("", Mode.MULTI_NODE_MULTI_WRITER)),
            "MULTI_NODE_MULTI_WRITER"),
        Arguments.of(
            (Consumer<ValidateVolumeCapabilitiesRequest.Builder>)
                q -> q.putParameters("allocation", "thick"),
            "parameters are not those that the volume was made with"),
        Arguments.of(
            (Consumer<ValidateVolumeCapabilitiesRequest.Builder>)
                q -> q.putMutableParams("iops", "9"),
            "mutable_parameters.iops (\"9\") is not a mutable parameter"));
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void what_a_volume_does_not_support_is_told_in_a_message_of_128_bytes(
      Consumer<ValidateVolumeCapabilitiesRequest.Builder> change, String words) {
    var request =
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(create("pvc-1").getVolumeId())
            .addVolumeCapabilities(Requests.mount("", Mode.SINGLE_NODE_WRITER));
    change.accept(request);
    ValidateVolumeCapabilitiesResponse reply =
        running.controller().validateVolumeCapabilities(request.build());
    assertThat(reply.hasConfirmed()).isFalse();
    assertThat(reply.getMessage()).contains(words).hasSizeLessThanOrEqualTo(128);
  }

  /** One row: a call on the services, and how it is refused. */
  record Row(Consumer<RunningController> call, Code code, String message) {}

  static Stream<Row> refused() {
    return Stream.of(
        new Row(
            r -> delete(r, ""),
            Code.INVALID_ARGUMENT,
            "volume_id is required, and this request leaves it empty"),
        new Row(
            r -> get(r, ""),
            Code.INVALID_ARGUMENT,
            "volume_id is required, and this request leaves it empty"),
        new Row(
            r -> get(r, "fake-vol-id"),
            Code.NOT_FOUND,
            "volume 'fake-vol-id' does not exist; ids of this driver look like <pool id>.<name>"),
        new Row(
            r -> validate(r, ValidateVolumeCapabilitiesRequest.newBuilder()),
            Code.INVALID_ARGUMENT,
            "volume_id is required, and this request leaves it empty"),
        new Row(
            r -> validate(r, ValidateVolumeCapabilitiesRequest.newBuilder().setVolumeId("x")),
            Code.INVALID_ARGUMENT,
            "volume_capabilities is required, and this request leaves it empty"),
        new Row(
            r ->
                validate(
                    r,
                    ValidateVolumeCapabilitiesRequest.newBuilder()
                        .setVolumeId("x")
                        .addVolumeCapabilities(Requests.mount("", Mode.SINGLE_NODE_WRITER))),
            Code.NOT_FOUND,
            "volume 'x' does not exist; ids of this driver look like <pool id>.<name>"),
        new Row(
            r -> list(r, ListVolumesRequest.newBuilder().setStartingToken("invalid-token").build()),
            Code.ABORTED,
            "starting_token is not a next_token of this list; list again without it"),
        new Row(
            r -> grow(r, ControllerExpandVolumeRequest.newBuilder()),
            Code.INVALID_ARGUMENT,
            "volume_id is required, and this request leaves it empty"),
        new Row(
            r -> grow(r, ControllerExpandVolumeRequest.newBuilder().setVolumeId("x")),
            Code.INVALID_ARGUMENT,
            "capacity_range is required, and this request leaves it empty"),
        new Row(
            r ->
                grow(
                    r,
                    ControllerExpandVolumeRequest.newBuilder()
                        .setVolumeId("x")
                        .setCapacityRange(Requests.range(new Bytes(1), Bytes.ZERO))),
            Code.NOT_FOUND,
            "volume 'x' does not exist; ids of this driver look like <pool id>.<name>"),
        new Row(
            r -> capacity(r, GetCapacityRequest.newBuilder().putParameters("poool", "disk")),
            Code.INVALID_ARGUMENT,
            "parameters.poool (\"disk\") is not a parameter of this driver; did you mean pool? known are pool, allocation, kind, capacity, blockSize, undelete, maxFreeze"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void a_bad_request_has_its_code_and_names_its_field(Row row) {
    var refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> row.call().accept(running));
    assertThat(refusal.getStatus().getCode()).isEqualTo(row.code());
    assertThat(refusal.getStatus().getDescription()).isEqualTo(row.message());
  }

  @Test
  void expanding_as_another_kind_of_volume_is_invalid_and_down_out_of_range() {
    String id = create("pvc-1").getVolumeId();
    var asBlock =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                running
                    .controller()
                    .controllerExpandVolume(
                        expand(id, Bytes.ofMiB(64), Bytes.ZERO).toBuilder()
                            .setVolumeCapability(Requests.block(Mode.SINGLE_NODE_WRITER))
                            .build()));
    assertThat(asBlock.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(asBlock.getStatus().getDescription())
        .isEqualTo(
            "volume_capability asks for block, but volume %s holds an ext4 filesystem; ask for mount"
                .formatted(id));
    var down =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                running
                    .controller()
                    .controllerExpandVolume(expand(id, Bytes.ofMiB(8), Bytes.ofMiB(16))));
    assertThat(down.getStatus().getCode()).isEqualTo(Code.OUT_OF_RANGE);
  }

  /** Small claims are rounded up to what a filesystem needs, so the node would have to refuse. */
  @Test
  void room_below_the_smallest_filesystem_is_no_room_for_a_volume() {
    var request = Requests.create("pvc-1");
    request
        .getCapacityRangeBuilder()
        .setRequiredBytes(Bytes.ofGiB(4).minus(Bytes.ofMiB(200)).value());
    running.controller().createVolume(request.build());
    for (String type : List.of("", "xfs")) {
      var question = GetCapacityRequest.newBuilder();
      if (!type.isEmpty()) {
        question.putParameters("csi.storage.k8s.io/fstype", type);
      }
      var left = running.controller().getCapacity(question.build());
      assertThat(left.getAvailableCapacity()).isEqualTo(Bytes.ofMiB(200).value());
      assertThat(left.getMaximumVolumeSize().getValue()).isZero();
    }
    var ext4 =
        running
            .controller()
            .getCapacity(
                GetCapacityRequest.newBuilder()
                    .putParameters("csi.storage.k8s.io/fstype", "ext4")
                    .build());
    assertThat(ext4.getMaximumVolumeSize().getValue()).isEqualTo(Bytes.ofMiB(200).value());
  }

  private Volume create(String name) {
    return running.controller().createVolume(Requests.create(name).build()).getVolume();
  }

  private ListVolumesResponse list(ListVolumesRequest request) {
    return running.controller().listVolumes(request);
  }

  private List<String> ids(ListVolumesRequest request) {
    return ids(list(request));
  }

  private static List<String> ids(ListVolumesResponse page) {
    return page.getEntriesList().stream().map(e -> e.getVolume().getVolumeId()).toList();
  }

  private static ControllerExpandVolumeRequest expand(String id, Bytes required, Bytes limit) {
    return ControllerExpandVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setCapacityRange(Requests.range(required, limit))
        .build();
  }

  private static void delete(RunningController r, String id) {
    var _ = r.controller().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private static void get(RunningController r, String id) {
    var _ =
        r.controller()
            .controllerGetVolume(ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private static void validate(
      RunningController r, ValidateVolumeCapabilitiesRequest.Builder request) {
    var _ = r.controller().validateVolumeCapabilities(request.build());
  }

  private static void list(RunningController r, ListVolumesRequest request) {
    var _ = r.controller().listVolumes(request);
  }

  private static void grow(RunningController r, ControllerExpandVolumeRequest.Builder request) {
    var _ = r.controller().controllerExpandVolume(request.build());
  }

  private static void capacity(RunningController r, GetCapacityRequest.Builder request) {
    var _ = r.controller().getCapacity(request.build());
  }
}
