package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.MIB;
import static dev.berth.e2e.badinput.Requests.createWith;
import static dev.berth.e2e.badinput.Requests.expand;
import static dev.berth.e2e.badinput.Requests.filesystem;
import static dev.berth.e2e.badinput.Requests.publish;
import static dev.berth.e2e.badinput.Requests.range;
import static dev.berth.e2e.badinput.Requests.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerGetVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.csi.v1.VolumeContentSource;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.CsiClient;
import dev.berth.e2e.harness.Scratch;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad CSI requests to one running driver. */
class BadRequestE2E {
  private static final Scratch SCRATCH = new Scratch();
  private static final Path FILE = SCRATCH.root().resolve("a-file");
  private static final Path NOTHING = SCRATCH.root().resolve("target");
  private static CsiClient csi;
  private static Path pool;
  private static Path folder;
  private static Path staged;
  private static String volume;
  private static String stagedVolume;

  /** One row: what is wrong, the call, and what the answer must be. */
  record Row(String wrong, Runnable call, Code code, List<String> words) {
    @Override
    public String toString() {
      return wrong;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    pool = SCRATCH.filesystem("ext4", "disk", 1024).mountPoint();
    folder = SCRATCH.folder("stage");
    staged = SCRATCH.folder("staged");
    Files.writeString(FILE, "not a directory");
    Path socket = SCRATCH.root().resolve("csi.sock");
    SCRATCH.own(
        BerthProcess.serving(
            SCRATCH.root().resolve("berth.log"),
            socket,
            List.of(
                "csi",
                "--driver=local",
                "--endpoint=unix://" + socket,
                "--root=" + SCRATCH.folder("root"),
                "--pool=disk=" + pool,
                "--init",
                "--node-id=node-1")));
    csi = SCRATCH.own(new CsiClient(socket));
    volume =
        csi.controller().createVolume(Requests.create("good").build()).getVolume().getVolumeId();
    stagedVolume =
        csi.controller().createVolume(Requests.create("staged").build()).getVolume().getVolumeId();
    var _ = csi.node().nodeStageVolume(stage(stagedVolume, staged).build());
  }

  @AfterAll
  static void nothing_is_left_behind() {
    try (SCRATCH) {
      var list = csi.controller().listVolumes(ListVolumesRequest.getDefaultInstance());
      assertThat(list.getEntriesList())
          .extracting(e -> e.getVolume().getVolumeId())
          .containsExactlyInAnyOrder(volume, stagedVolume);
      assertThat(SCRATCH.mounts()).containsExactlyInAnyOrder(pool.toString(), staged.toString());
      assertThat(Scratch.loopsBelow(pool)).hasSize(1);
      assertThat(NOTHING).doesNotExist();
      assertThat(folder).isEmptyDirectory();
      var _ =
          csi.node()
              .nodeUnstageVolume(
                  NodeUnstageVolumeRequest.newBuilder()
                      .setVolumeId(stagedVolume)
                      .setStagingTargetPath(staged.toString())
                      .build());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"creations", "lookups", "growth", "staging", "publishing", "stats"})
  void is_refused_with_a_code_and_words(Row row) {
    var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> row.call().run());
    assertThat(refusal).as("the call was answered OK").isNotNull();
    assertThat(refusal.getStatus().getCode())
        .as("%s", refusal.getStatus().getDescription())
        .isEqualTo(row.code());
    assertThat(refusal.getStatus().getDescription()).contains(row.words()).doesNotContain("\n");
  }

  static Stream<Row> creations() {
    CreateVolumeRequest.Builder noMode =
        Requests.create("bad")
            .clearVolumeCapabilities()
            .addVolumeCapabilities(filesystem("ext4").toBuilder().clearAccessMode());
    CreateVolumeRequest.Builder noType =
        Requests.create("bad")
            .clearVolumeCapabilities()
            .addVolumeCapabilities(filesystem("ext4").toBuilder().clearMount());
    TopologyRequirement elsewhere =
        TopologyRequirement.newBuilder()
            .addRequisite(
                Topology.newBuilder().putSegments("topology.local.berth.dev/node", "node-9"))
            .build();
    return Stream.of(
        creation("no name", Requests.create(""), Code.INVALID_ARGUMENT, "name"),
        creation(
            "name of 129 bytes",
            Requests.create("n".repeat(129)),
            Code.INVALID_ARGUMENT,
            "name",
            "128"),
        creation(
            "name with a control character",
            Requests.create("a\u0007b"),
            Code.INVALID_ARGUMENT,
            "name"),
        creation(
            "no capability",
            Requests.create("bad").clearVolumeCapabilities(),
            Code.INVALID_ARGUMENT,
            "volume_capabilities"),
        creation("capability without access mode", noMode, Code.INVALID_ARGUMENT, "access_mode"),
        creation(
            "capability that is neither block nor mount",
            noType,
            Code.INVALID_ARGUMENT,
            "block",
            "mount"),
        creation(
            "many writers on many nodes",
            createWith("bad", filesystem("ext4", Mode.MULTI_NODE_MULTI_WRITER)),
            Code.INVALID_ARGUMENT,
            "MULTI_NODE_MULTI_WRITER"),
        creation(
            "one writer on many nodes",
            createWith("bad", filesystem("ext4", Mode.MULTI_NODE_SINGLE_WRITER)),
            Code.INVALID_ARGUMENT,
            "MULTI_NODE_SINGLE_WRITER"),
        creation(
            "block and mount at once",
            Requests.create("bad").addVolumeCapabilities(Requests.block()),
            Code.INVALID_ARGUMENT,
            "block",
            "mount"),
        creation(
            "unknown fsType",
            createWith("bad", filesystem("zfs")),
            Code.INVALID_ARGUMENT,
            "fs_type",
            "zfs",
            "xfs",
            "ext4"),
        creation(
            "btrfs inside an image",
            createWith("bad", filesystem("btrfs")),
            Code.INVALID_ARGUMENT,
            "btrfs",
            "xfs",
            "ext4"),
        creation(
            "two filesystems",
            Requests.create("bad").addVolumeCapabilities(filesystem("xfs")),
            Code.INVALID_ARGUMENT,
            "fs_type"),
        creation(
            "unknown mount flag",
            createWith("bad", filesystem("ext4", Mode.SINGLE_NODE_WRITER, "logdev=/dev/sda")),
            Code.INVALID_ARGUMENT,
            "mount_flags"),
        creation(
            "unknown parameter",
            Requests.create("bad").putParameters("alocation", "thin"),
            Code.INVALID_ARGUMENT,
            "alocation",
            "allocation"),
        creation(
            "unknown allocation",
            Requests.create("bad").putParameters("allocation", "fat"),
            Code.INVALID_ARGUMENT,
            "allocation",
            "fat",
            "thin",
            "thick"),
        creation(
            "unknown pool",
            Requests.create("bad").putParameters("pool", "gold"),
            Code.INVALID_ARGUMENT,
            "pool",
            "gold",
            "disk"),
        creation(
            "pool that is a path",
            Requests.create("bad").putParameters("pool", "../disk"),
            Code.INVALID_ARGUMENT,
            "pool",
            "../disk"),
        creation(
            "wrong unit in undelete",
            Requests.create("bad").putParameters("undelete", "3 fortnights"),
            Code.INVALID_ARGUMENT,
            "undelete",
            "3 fortnights"),
        creation(
            "block size of a filesystem volume",
            Requests.create("bad").putParameters("blockSize", "1000"),
            Code.INVALID_ARGUMENT,
            "blockSize"),
        creation(
            "mutable parameter",
            Requests.create("bad").putMutableParams("iops", "9"),
            Code.INVALID_ARGUMENT,
            "iops"),
        creation(
            "unknown source snapshot",
            Requests.create("bad")
                .setVolumeContentSource(
                    VolumeContentSource.newBuilder()
                        .setSnapshot(
                            VolumeContentSource.SnapshotSource.newBuilder().setSnapshotId("s"))),
            Code.INVALID_ARGUMENT,
            "volume_content_source"),
        creation(
            "size 0",
            Requests.create("bad").setCapacityRange(range(0, 0)),
            Code.INVALID_ARGUMENT,
            "capacity_range"),
        creation(
            "negative size",
            Requests.create("bad").setCapacityRange(range(-1, 0)),
            Code.INVALID_ARGUMENT,
            "required_bytes",
            "-1"),
        creation(
            "limit below the requirement",
            Requests.create("bad").setCapacityRange(range(2 * MIB, MIB)),
            Code.INVALID_ARGUMENT,
            "limit_bytes",
            "required_bytes"),
        creation(
            "xfs with a limit below 300 MiB",
            createWith("bad", filesystem("xfs")).setCapacityRange(range(32 * MIB, 64 * MIB)),
            Code.OUT_OF_RANGE,
            "300Mi"),
        creation(
            "size that no block fits",
            Requests.create("bad").setCapacityRange(range(32 * MIB + 1, 32 * MIB + 1)),
            Code.OUT_OF_RANGE,
            "4096"),
        creation(
            "size above the pool",
            Requests.create("bad").setCapacityRange(range(MIB << 20, 0)),
            Code.RESOURCE_EXHAUSTED,
            "disk"),
        creation(
            "another node",
            Requests.create("bad").setAccessibilityRequirements(elsewhere),
            Code.RESOURCE_EXHAUSTED,
            "node-9",
            "node-1"),
        creation(
            "existing name, other size",
            Requests.create("good").setCapacityRange(range(64 * MIB, 0)),
            Code.ALREADY_EXISTS,
            "good"),
        creation(
            "existing name, other parameters",
            Requests.create("good").putParameters("allocation", "thick"),
            Code.ALREADY_EXISTS,
            "good",
            "allocation"),
        creation(
            "existing name, other filesystem",
            createWith("good", filesystem("xfs")),
            Code.ALREADY_EXISTS,
            "good"));
  }

  static Stream<Row> lookups() {
    return Stream.of(
        row("delete without id", () -> delete(""), Code.INVALID_ARGUMENT, "volume_id"),
        row(
            "delete of a staged volume",
            () -> delete(stagedVolume),
            Code.FAILED_PRECONDITION,
            "/dev/loop"),
        row(
            "delete of another pool's volume",
            () -> delete("zzzzzzzz.good"),
            Code.FAILED_PRECONDITION,
            "zzzzzzzz"),
        row("get of an unknown volume", () -> get("fake-vol-id"), Code.NOT_FOUND, "fake-vol-id"),
        row(
            "get of an id with ../",
            () -> get("../../etc/passwd"),
            Code.NOT_FOUND,
            "../../etc/passwd"),
        row("get without id", () -> get(""), Code.INVALID_ARGUMENT, "volume_id"),
        row(
            "list with a bad token",
            () ->
                csi.controller()
                    .listVolumes(
                        ListVolumesRequest.newBuilder().setStartingToken("nonsense").build()),
            Code.ABORTED,
            "starting_token"),
        row(
            "list with a negative maximum",
            () ->
                csi.controller()
                    .listVolumes(ListVolumesRequest.newBuilder().setMaxEntries(-1).build()),
            Code.INVALID_ARGUMENT,
            "max_entries"),
        row(
            "validate without capabilities",
            () ->
                csi.controller()
                    .validateVolumeCapabilities(
                        ValidateVolumeCapabilitiesRequest.newBuilder().setVolumeId(volume).build()),
            Code.INVALID_ARGUMENT,
            "volume_capabilities"),
        row(
            "validate an unknown volume",
            () ->
                csi.controller()
                    .validateVolumeCapabilities(
                        ValidateVolumeCapabilitiesRequest.newBuilder()
                            .setVolumeId("nope")
                            .addVolumeCapabilities(filesystem("ext4"))
                            .build()),
            Code.NOT_FOUND,
            "nope"));
  }

  static Stream<Row> growth() {
    return Stream.of(
        row(
            "expand without range",
            () ->
                csi.controller()
                    .controllerExpandVolume(
                        ControllerExpandVolumeRequest.newBuilder().setVolumeId(volume).build()),
            Code.INVALID_ARGUMENT,
            "capacity_range"),
        row(
            "expand down",
            () -> csi.controller().controllerExpandVolume(expand(volume, 8 * MIB, 16 * MIB)),
            Code.OUT_OF_RANGE,
            "shrink"),
        row(
            "expand above the pool",
            () -> csi.controller().controllerExpandVolume(expand(volume, MIB << 20, 0)),
            Code.OUT_OF_RANGE,
            "disk"),
        row(
            "expand an unknown volume",
            () -> csi.controller().controllerExpandVolume(expand("nope", 64 * MIB, 0)),
            Code.NOT_FOUND,
            "nope"),
        row(
            "expand as another kind",
            () ->
                csi.controller()
                    .controllerExpandVolume(
                        expand(volume, 64 * MIB, 0).toBuilder()
                            .setVolumeCapability(Requests.block())
                            .build()),
            Code.INVALID_ARGUMENT,
            "volume_capability"),
        row(
            "node expand without path",
            () ->
                csi.node()
                    .nodeExpandVolume(
                        NodeExpandVolumeRequest.newBuilder().setVolumeId(volume).build()),
            Code.INVALID_ARGUMENT,
            "volume_path"),
        row(
            "node expand where it is not mounted",
            () ->
                csi.node()
                    .nodeExpandVolume(
                        NodeExpandVolumeRequest.newBuilder()
                            .setVolumeId(volume)
                            .setVolumePath(folder.toString())
                            .build()),
            Code.NOT_FOUND,
            folder.toString()));
  }

  static Stream<Row> staging() {
    Path relative = Path.of("some/path");
    return Stream.of(
        row("stage without id", stage("", folder), Code.INVALID_ARGUMENT, "volume_id"),
        row(
            "stage without path",
            stage(volume, Path.of("")),
            Code.INVALID_ARGUMENT,
            "staging_target_path"),
        row(
            "stage at a relative path",
            stage(volume, relative),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            "some/path"),
        row(
            "stage path with ..",
            stage(volume, folder.resolve("../x")),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            ".."),
        row(
            "stage path that is a file",
            stage(volume, FILE),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            FILE.toString()),
        row(
            "stage path that is not there",
            stage(volume, SCRATCH.root().resolve("none")),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            "none"),
        row(
            "stage without capability",
            stage(volume, folder).clearVolumeCapability(),
            Code.INVALID_ARGUMENT,
            "volume_capability"),
        row("stage an unknown volume", stage("nope", folder), Code.NOT_FOUND, "nope"),
        row("stage an id with ../", stage("abcdefgh.../../x", folder), Code.NOT_FOUND, "abcdefgh"),
        row(
            "stage as block what is a filesystem",
            stage(volume, folder).setVolumeCapability(Requests.block()),
            Code.FAILED_PRECONDITION,
            "block"),
        row(
            "stage as xfs what is ext4",
            stage(volume, folder).setVolumeCapability(filesystem("xfs")),
            Code.FAILED_PRECONDITION,
            "xfs",
            "ext4"),
        row(
            "stage over a mount of another volume",
            stage(volume, staged),
            Code.FAILED_PRECONDITION,
            staged.toString()),
        row(
            "stage a mounted volume somewhere else",
            stage(stagedVolume, folder),
            Code.FAILED_PRECONDITION,
            staged.toString()),
        row(
            "stage again with other flags",
            stage(stagedVolume, staged)
                .setVolumeCapability(filesystem("ext4", Mode.SINGLE_NODE_WRITER, "noexec")),
            Code.ALREADY_EXISTS,
            "noexec"),
        row(
            "unstage without path",
            () ->
                csi.node()
                    .nodeUnstageVolume(
                        NodeUnstageVolumeRequest.newBuilder().setVolumeId(volume).build()),
            Code.INVALID_ARGUMENT,
            "staging_target_path"));
  }

  static Stream<Row> publishing() {
    return Stream.of(
        row(
            "publish without target",
            publish(volume, folder, Path.of("")),
            Code.INVALID_ARGUMENT,
            "target_path"),
        row(
            "publish without staging path",
            publish(volume, folder, NOTHING).clearStagingTargetPath(),
            Code.FAILED_PRECONDITION,
            "staging_target_path"),
        row(
            "publish before stage",
            publish(volume, folder, NOTHING),
            Code.FAILED_PRECONDITION,
            "NodeStageVolume"),
        row("publish an unknown volume", publish("nope", folder, NOTHING), Code.NOT_FOUND, "nope"),
        row(
            "publish at a relative path",
            publish(stagedVolume, staged, Path.of("a/b")),
            Code.INVALID_ARGUMENT,
            "target_path",
            "a/b"),
        row(
            "publish onto a file",
            publish(stagedVolume, staged, FILE),
            Code.INVALID_ARGUMENT,
            "target_path",
            FILE.toString()),
        row(
            "publish where the parent is missing",
            publish(stagedVolume, staged, SCRATCH.root().resolve("no/such/parent")),
            Code.INVALID_ARGUMENT,
            "target_path"),
        row(
            "publish as block what is a filesystem",
            publish(stagedVolume, staged, NOTHING).setVolumeCapability(Requests.block()),
            Code.FAILED_PRECONDITION,
            "block"),
        row(
            "unpublish without id",
            () ->
                csi.node()
                    .nodeUnpublishVolume(
                        NodeUnpublishVolumeRequest.newBuilder().setTargetPath("/x").build()),
            Code.INVALID_ARGUMENT,
            "volume_id"));
  }

  static Stream<Row> stats() {
    return Stream.of(
        row("stats without path", () -> stats(volume, ""), Code.INVALID_ARGUMENT, "volume_path"),
        row("stats of an unknown volume", () -> stats("nope", "some/path"), Code.NOT_FOUND, "nope"),
        row(
            "stats where it is not",
            () -> stats(stagedVolume, "some/path"),
            Code.NOT_FOUND,
            "some/path"),
        row(
            "a call that is not offered",
            () ->
                csi.controller()
                    .controllerModifyVolume(
                        dev.berth.csi.v1.ControllerModifyVolumeRequest.getDefaultInstance()),
            Code.UNIMPLEMENTED,
            "ControllerModifyVolume"));
  }

  private static Row creation(
      String wrong, CreateVolumeRequest.Builder request, Code code, String... words) {
    return row(wrong, () -> csi.controller().createVolume(request.build()), code, words);
  }

  private static Row row(
      String wrong, NodeStageVolumeRequest.Builder request, Code code, String... words) {
    return row(wrong, () -> csi.node().nodeStageVolume(request.build()), code, words);
  }

  private static Row row(
      String wrong, NodePublishVolumeRequest.Builder request, Code code, String... words) {
    return row(wrong, () -> csi.node().nodePublishVolume(request.build()), code, words);
  }

  private static Row row(String wrong, Runnable call, Code code, String... words) {
    return new Row(wrong, call, code, List.of(words));
  }

  private static void delete(String id) {
    var _ = csi.controller().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private static void get(String id) {
    var _ =
        csi.controller()
            .controllerGetVolume(ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private static void stats(String id, String path) {
    var _ =
        csi.node()
            .nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder().setVolumeId(id).setVolumePath(path).build());
  }
}
