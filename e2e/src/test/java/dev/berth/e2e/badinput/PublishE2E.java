package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.publish;

import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;

/** NodePublishVolume and NodeUnpublishVolume. */
class PublishE2E extends Refusals {
  static Stream<Row> rows() {
    return Stream.of(
        publishing(
            "publish without target",
            d -> publish(d.good(), d.folder(), Path.of("")),
            Code.INVALID_ARGUMENT,
            "target_path"),
        publishing(
            "publish without staging path",
            d -> publish(d.good(), d.folder(), d.nothing()).clearStagingTargetPath(),
            Code.FAILED_PRECONDITION,
            "staging_target_path"),
        publishing(
            "publish before stage",
            d -> publish(d.good(), d.folder(), d.nothing()),
            Code.FAILED_PRECONDITION,
            "NodeStageVolume"),
        publishing(
            "publish an unknown volume",
            d -> publish("nope", d.folder(), d.nothing()),
            Code.NOT_FOUND,
            "nope"),
        publishing(
            "publish at a relative path",
            d -> publish(d.stagedVolume(), d.staged(), Path.of("a/b")),
            Code.INVALID_ARGUMENT,
            "target_path",
            "a/b"),
        publishing(
            "publish onto a file",
            d -> publish(d.stagedVolume(), d.staged(), d.file()),
            Code.INVALID_ARGUMENT,
            "target_path",
            "/a-file"),
        publishing(
            "publish where the parent is missing",
            d -> publish(d.stagedVolume(), d.staged(), d.nothing().resolve("such/parent")),
            Code.INVALID_ARGUMENT,
            "target_path"),
        publishing(
            "publish as block what is a filesystem",
            d ->
                publish(d.stagedVolume(), d.staged(), d.nothing())
                    .setVolumeCapability(Requests.block()),
            Code.FAILED_PRECONDITION,
            "block"),
        Row.of(
            "unpublish without id",
            d ->
                d.node()
                    .nodeUnpublishVolume(
                        NodeUnpublishVolumeRequest.newBuilder().setTargetPath("/x").build()),
            Code.INVALID_ARGUMENT,
            "volume_id"),
        publishing(
            "publish without id",
            d -> publish("", d.staged(), d.nothing()),
            Code.INVALID_ARGUMENT,
            "volume_id"),
        publishing(
            "publish without capability",
            d -> publish(d.stagedVolume(), d.staged(), d.nothing()).clearVolumeCapability(),
            Code.INVALID_ARGUMENT,
            "volume_capability"),
        publishing(
            "publish from a folder that is not the staging one",
            d -> publish(d.stagedVolume(), d.folder(), d.nothing()),
            Code.FAILED_PRECONDITION,
            "/folder"),
        publishing(
            "publish to a target with ..",
            d -> publish(d.stagedVolume(), d.staged(), d.folder().resolve("../x")),
            Code.INVALID_ARGUMENT,
            "target_path",
            ".."),
        Row.of(
            "unpublish without target",
            d ->
                d.node()
                    .nodeUnpublishVolume(
                        NodeUnpublishVolumeRequest.newBuilder()
                            .setVolumeId(d.stagedVolume())
                            .build()),
            Code.INVALID_ARGUMENT,
            "target_path"));
  }

  private static Row publishing(
      String wrong,
      Function<RunningDriver, NodePublishVolumeRequest.Builder> request,
      Code code,
      String... words) {
    return Row.of(wrong, d -> d.node().nodePublishVolume(request.apply(d).build()), code, words);
  }
}
