package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.filesystem;
import static dev.berth.e2e.badinput.Requests.stage;

import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;

/** NodeStageVolume and NodeUnstageVolume. */
class StageE2E extends Refusals {
  static Stream<Row> rows() {
    return Stream.of(
        staging("stage without id", d -> stage("", d.folder()), Code.INVALID_ARGUMENT, "volume_id"),
        staging(
            "stage without path",
            d -> stage(d.good(), Path.of("")),
            Code.INVALID_ARGUMENT,
            "staging_target_path"),
        staging(
            "stage at a relative path",
            d -> stage(d.good(), Path.of("some/path")),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            "some/path"),
        staging(
            "stage path with ..",
            d -> stage(d.good(), d.folder().resolve("../x")),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            ".."),
        staging(
            "stage path that is a file",
            d -> stage(d.good(), d.file()),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            "/a-file"),
        staging(
            "stage path that is not there",
            d -> stage(d.good(), d.nothing()),
            Code.INVALID_ARGUMENT,
            "staging_target_path",
            "nothing"),
        staging(
            "stage without capability",
            d -> stage(d.good(), d.folder()).clearVolumeCapability(),
            Code.INVALID_ARGUMENT,
            "volume_capability"),
        staging("stage an unknown volume", d -> stage("nope", d.folder()), Code.NOT_FOUND, "nope"),
        staging(
            "stage an id with ../",
            d -> stage("abcdefgh.../../x", d.folder()),
            Code.NOT_FOUND,
            "abcdefgh"),
        staging(
            "stage as block what is a filesystem",
            d -> stage(d.good(), d.folder()).setVolumeCapability(Requests.block()),
            Code.FAILED_PRECONDITION,
            "block"),
        staging(
            "stage as xfs what is ext4",
            d -> stage(d.good(), d.folder()).setVolumeCapability(filesystem("xfs")),
            Code.FAILED_PRECONDITION,
            "xfs",
            "ext4"),
        staging(
            "stage over a mount of another volume",
            d -> stage(d.good(), d.staged()),
            Code.FAILED_PRECONDITION,
            "/staged"),
        staging(
            "stage a mounted volume somewhere else",
            d -> stage(d.stagedVolume(), d.folder()),
            Code.FAILED_PRECONDITION,
            "/staged"),
        staging(
            "stage again with other flags",
            d ->
                stage(d.stagedVolume(), d.staged())
                    .setVolumeCapability(filesystem("ext4", Mode.SINGLE_NODE_WRITER, "noexec")),
            Code.ALREADY_EXISTS,
            "noexec"),
        Row.of(
            "unstage without path",
            d ->
                d.node()
                    .nodeUnstageVolume(
                        NodeUnstageVolumeRequest.newBuilder().setVolumeId(d.good()).build()),
            Code.INVALID_ARGUMENT,
            "staging_target_path"),
        staging(
            "stage with a forbidden mount flag",
            d ->
                stage(d.good(), d.folder())
                    .setVolumeCapability(
                        filesystem("ext4", Mode.SINGLE_NODE_WRITER, "journal_path=/dev/sda")),
            Code.FAILED_PRECONDITION,
            "mount_flags",
            "journal_path"),
        staging(
            "stage another pool's volume",
            d -> stage("zzzzzzzz.good", d.folder()),
            Code.NOT_FOUND,
            "zzzzzzzz"),
        Row.of(
            "unstage without id",
            d ->
                d.node()
                    .nodeUnstageVolume(
                        NodeUnstageVolumeRequest.newBuilder().setStagingTargetPath("/x").build()),
            Code.INVALID_ARGUMENT,
            "volume_id"));
  }

  private static Row staging(
      String wrong,
      Function<RunningDriver, NodeStageVolumeRequest.Builder> request,
      Code code,
      String... words) {
    return Row.of(wrong, d -> d.node().nodeStageVolume(request.apply(d).build()), code, words);
  }
}
