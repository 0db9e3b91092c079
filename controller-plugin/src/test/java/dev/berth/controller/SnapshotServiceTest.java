package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.GetSnapshotRequest;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.ListSnapshotsResponse;
import dev.berth.csi.v1.Snapshot;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.csi.v1.Volume;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.csi.v1.VolumeContentSource;
import dev.berth.csi.v1.VolumeContentSource.SnapshotSource;
import dev.berth.csi.v1.VolumeContentSource.VolumeSource;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.VolumeId;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The snapshot calls, and volumes that are made of snapshots and volumes. */
class SnapshotServiceTest {
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

  private Volume create(CreateVolumeRequest.Builder request) {
    return running.controller().createVolume(request.build()).getVolume();
  }

  private Snapshot cut(String name, String volume) {
    return running
        .controller()
        .createSnapshot(
            CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volume).build())
        .getSnapshot();
  }

  private void delete(String snapshot) {
    var _ =
        running
            .controller()
            .deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot).build());
  }

  private static VolumeContentSource snapshot(String id) {
    return VolumeContentSource.newBuilder()
        .setSnapshot(SnapshotSource.newBuilder().setSnapshotId(id))
        .build();
  }

  private static VolumeContentSource volume(String id) {
    return VolumeContentSource.newBuilder()
        .setVolume(VolumeSource.newBuilder().setVolumeId(id))
        .build();
  }

  @Test
  void a_snapshot_is_ready_when_it_is_answered_and_found_again() {
    Volume source = create(Requests.create("pvc-1"));
    Snapshot made = cut("monday", source.getVolumeId());
    assertThat(made.getReadyToUse()).isTrue();
    assertThat(made.getSourceVolumeId()).isEqualTo(source.getVolumeId());
    assertThat(made.getSizeBytes()).isEqualTo(source.getCapacityBytes());
    assertThat(made.getCreationTime().getSeconds()).isPositive();
    assertThat(cut("monday", source.getVolumeId())).isEqualTo(made);
    GetSnapshotRequest asked =
        GetSnapshotRequest.newBuilder().setSnapshotId(made.getSnapshotId()).build();
    assertThat(running.controller().getSnapshot(asked).getSnapshot()).isEqualTo(made);
  }

  @Test
  void what_the_controller_of_kubernetes_adds_is_taken() {
    Volume source = create(Requests.create("pvc-1"));
    CreateSnapshotRequest request =
        CreateSnapshotRequest.newBuilder()
            .setName("monday")
            .setSourceVolumeId(source.getVolumeId())
            .putParameters("csi.storage.k8s.io/volumesnapshot/name", "monday")
            .putParameters("csi.storage.k8s.io/volumesnapshot/namespace", "default")
            .putParameters("csi.storage.k8s.io/volumesnapshotcontent/name", "snapcontent-1")
            .build();
    assertThat(running.controller().createSnapshot(request).getSnapshot().getReadyToUse()).isTrue();
  }

  @Test
  void a_volume_made_of_a_snapshot_says_so_and_takes_over_what_the_request_leaves_open() {
    Volume source = create(Requests.create("pvc-1"));
    Snapshot made = cut("monday", source.getVolumeId());
    var _ =
        running
            .controller()
            .deleteVolume(
                DeleteVolumeRequest.newBuilder().setVolumeId(source.getVolumeId()).build());
    CreateVolumeRequest.Builder open =
        Requests.create("restored", Requests.mount("", Mode.SINGLE_NODE_WRITER))
            .clearCapacityRange()
            .setVolumeContentSource(snapshot(made.getSnapshotId()));
    Volume restored = create(open);
    assertThat(restored.getContentSource()).isEqualTo(snapshot(made.getSnapshotId()));
    assertThat(restored.getCapacityBytes()).isEqualTo(Bytes.ofMiB(32).value());
    assertThat(running.pools().get(VolumeId.parse(restored.getVolumeId()).orElseThrow()).content())
        .isEqualTo(new Content.Filesystem(FsType.EXT4));
    delete(made.getSnapshotId());
    assertThat(create(open)).isEqualTo(restored);
  }

  @Test
  void a_clone_may_be_larger() {
    Volume source = create(Requests.create("pvc-1"));
    Volume clone =
        create(
            Requests.create("clone")
                .setCapacityRange(Requests.range(Bytes.ofMiB(48), Bytes.ZERO))
                .setVolumeContentSource(volume(source.getVolumeId())));
    assertThat(clone.getContentSource()).isEqualTo(volume(source.getVolumeId()));
    assertThat(clone.getCapacityBytes()).isEqualTo(Bytes.ofMiB(48).value());
  }

  @Test
  void pages_of_snapshots_are_of_the_size_asked_and_together_everything_that_passes_the_filters() {
    String one = create(Requests.create("pvc-1")).getVolumeId();
    String other = create(Requests.create("pvc-2")).getVolumeId();
    List<String> all = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      all.add(cut(name, one).getSnapshotId());
    }
    String of = cut("d", other).getSnapshotId();
    all.add(of);
    List<String> seen = new ArrayList<>();
    var page = list(ListSnapshotsRequest.newBuilder().setMaxEntries(2));
    seen.addAll(ids(page));
    delete(seen.getLast());
    while (!page.getNextToken().isEmpty()) {
      page =
          list(
              ListSnapshotsRequest.newBuilder()
                  .setMaxEntries(1)
                  .setStartingToken(page.getNextToken()));
      seen.addAll(ids(page));
    }
    assertThat(seen).containsExactlyElementsOf(all);
    assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId(other))))
        .containsExactly(of);
    assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSnapshotId(of)))).containsExactly(of);
    assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSnapshotId("none")))).isEmpty();
  }

  private ListSnapshotsResponse list(ListSnapshotsRequest.Builder request) {
    return running.controller().listSnapshots(request.build());
  }

  private static List<String> ids(ListSnapshotsResponse page) {
    return page.getEntriesList().stream().map(e -> e.getSnapshot().getSnapshotId()).toList();
  }

  @Test
  void deleting_a_snapshot_is_done_when_it_is_gone_however_often_it_is_asked() {
    String id = cut("monday", create(Requests.create("pvc-1")).getVolumeId()).getSnapshotId();
    for (String one : List.of(id, id, "reallyfakesnapshotid", "../x")) {
      delete(one);
    }
    assertThat(ids(list(ListSnapshotsRequest.newBuilder()))).isEmpty();
  }

  record Row(String what, Consumer<RunningController> call, Code code, String message) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Row cutting(CreateSnapshotRequest.Builder request, Code code, String message) {
    return new Row(
        "CreateSnapshot: " + message,
        r -> {
          var _ = r.controller().createSnapshot(request.build());
        },
        code,
        message);
  }

  private static Row making(CreateVolumeRequest.Builder request, Code code, String message) {
    return new Row(
        "CreateVolume: " + message,
        r -> {
          var _ = r.controller().createVolume(request.build());
        },
        code,
        message);
  }

  static Stream<Row> refused() {
    CreateSnapshotRequest good =
        CreateSnapshotRequest.newBuilder().setName("s").setSourceVolumeId("v").build();
    return Stream.of(
        cutting(
            good.toBuilder().clearName(),
            Code.INVALID_ARGUMENT,
            "name is required, and this request leaves it empty"),
        cutting(
            good.toBuilder().clearSourceVolumeId(),
            Code.INVALID_ARGUMENT,
            "source_volume_id is required, and this request leaves it empty"),
        cutting(
            good.toBuilder(),
            Code.NOT_FOUND,
            "volume 'v' does not exist; ids of this driver look like <pool id>.<name>"),
        cutting(
            good.toBuilder().putParameters("speed", "high").putParameters("colour", "red"),
            Code.INVALID_ARGUMENT,
            "parameters.colour, parameters.speed: not known; snapshots of this driver take maxFreeze only, leave the rest out of the class"),
        cutting(
            good.toBuilder().setAccessibilityRequirements(TopologyRequirement.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "accessibility_requirements: not supported (SNAPSHOT_ACCESSIBILITY_CONSTRAINTS is not"
                + " announced); leave it out, a snapshot lives where its volume does"),
        new Row(
            "DeleteSnapshot without an id",
            r -> {
              var _ = r.controller().deleteSnapshot(DeleteSnapshotRequest.getDefaultInstance());
            },
            Code.INVALID_ARGUMENT,
            "snapshot_id is required, and this request leaves it empty"),
        new Row(
            "GetSnapshot without an id",
            r -> {
              var _ = r.controller().getSnapshot(GetSnapshotRequest.getDefaultInstance());
            },
            Code.INVALID_ARGUMENT,
            "snapshot_id is required, and this request leaves it empty"),
        new Row(
            "GetSnapshot of none",
            r -> {
              var _ =
                  r.controller()
                      .getSnapshot(GetSnapshotRequest.newBuilder().setSnapshotId("x").build());
            },
            Code.NOT_FOUND,
            "snapshot 'x' does not exist; ids of this driver look like <pool id>.<name>"),
        new Row(
            "ListSnapshots with a bad token",
            r -> {
              var _ =
                  r.controller()
                      .listSnapshots(
                          ListSnapshotsRequest.newBuilder().setStartingToken("x").build());
            },
            Code.ABORTED,
            "starting_token is not a next_token of this list; list again without it"),
        making(
            Requests.create("bad").setVolumeContentSource(VolumeContentSource.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "volume_content_source names neither a snapshot nor a volume; name one, or leave it out"
                + " for an empty volume"),
        making(
            Requests.create("bad").setVolumeContentSource(snapshot("")),
            Code.INVALID_ARGUMENT,
            "volume_content_source.snapshot.snapshot_id is required, and this request leaves it"
                + " empty"),
        making(
            Requests.create("bad").setVolumeContentSource(snapshot("s")),
            Code.NOT_FOUND,
            "snapshot 's' does not exist; ids of this driver look like <pool id>.<name>"),
        making(
            Requests.create("bad").setVolumeContentSource(volume("v")),
            Code.NOT_FOUND,
            "volume 'v' does not exist; ids of this driver look like <pool id>.<name>"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void a_call_that_cannot_be_met_is_refused_in_words(Row row) {
    var refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> row.call().accept(running));
    assertThat(refusal.getStatus().getCode()).isEqualTo(row.code());
    assertThat(refusal.getStatus().getDescription()).isEqualTo(row.message());
  }

  @Test
  void a_name_that_is_taken_by_a_snapshot_of_another_volume_is_a_conflict() {
    cut("s", create(Requests.create("pvc-1")).getVolumeId());
    String other = create(Requests.create("pvc-2")).getVolumeId();
    refuses(() -> cut("s", other), Code.ALREADY_EXISTS, "use another name");
  }

  @Test
  void a_copy_is_never_smaller_nor_of_another_kind_and_a_taken_name_is_a_conflict() {
    String source = create(Requests.create("pvc-1")).getVolumeId();
    refuses(
        () ->
            create(
                Requests.create("bad")
                    .setCapacityRange(Requests.range(Bytes.ofMiB(16), Bytes.ZERO))
                    .setVolumeContentSource(volume(source))),
        Code.OUT_OF_RANGE,
        "a copy is never smaller");
    refuses(
        () ->
            create(
                Requests.create("bad", Requests.block(Mode.SINGLE_NODE_WRITER))
                    .setVolumeContentSource(volume(source))),
        Code.INVALID_ARGUMENT,
        "holds ext4, and blocks of 4096 bytes was asked for");
    refuses(
        () ->
            create(
                Requests.create("bad", Requests.mount("xfs", Mode.SINGLE_NODE_WRITER))
                    .setVolumeContentSource(volume(source))),
        Code.INVALID_ARGUMENT,
        "holds ext4, and xfs was asked for");
    create(Requests.create("taken"));
    refuses(
        () -> create(Requests.create("taken").setVolumeContentSource(volume(source))),
        Code.ALREADY_EXISTS,
        "with source");
  }

  private static void refuses(Runnable call, Code code, String words) {
    var refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(refusal.getStatus().getDescription()).contains(words);
  }
}
