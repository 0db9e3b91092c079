package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.MIB;
import static dev.berth.e2e.badinput.Requests.expand;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import io.grpc.Status.Code;
import java.util.stream.Stream;

/** Expansion on both sides, and stats. */
class ExpandE2E extends Refusals {
  static Stream<Row> rows() {
    return Stream.of(
        Row.of(
            "expand without range",
            d ->
                d.controller()
                    .controllerExpandVolume(
                        ControllerExpandVolumeRequest.newBuilder().setVolumeId(d.good()).build()),
            Code.INVALID_ARGUMENT,
            "capacity_range"),
        Row.of(
            "expand down",
            d -> d.controller().controllerExpandVolume(expand(d.good(), 8 * MIB, 16 * MIB)),
            Code.OUT_OF_RANGE,
            "shrink"),
        Row.of(
            "expand above the pool",
            d -> d.controller().controllerExpandVolume(expand(d.good(), MIB << 20, 0)),
            Code.OUT_OF_RANGE,
            "disk"),
        Row.of(
            "expand an unknown volume",
            d -> d.controller().controllerExpandVolume(expand("nope", 64 * MIB, 0)),
            Code.NOT_FOUND,
            "nope"),
        Row.of(
            "expand as another kind",
            d ->
                d.controller()
                    .controllerExpandVolume(
                        expand(d.good(), 64 * MIB, 0).toBuilder()
                            .setVolumeCapability(Requests.block())
                            .build()),
            Code.INVALID_ARGUMENT,
            "volume_capability"),
        Row.of(
            "node expand without path",
            d ->
                d.node()
                    .nodeExpandVolume(
                        NodeExpandVolumeRequest.newBuilder().setVolumeId(d.good()).build()),
            Code.INVALID_ARGUMENT,
            "volume_path"),
        Row.of(
            "node expand where it is not mounted",
            d ->
                d.node()
                    .nodeExpandVolume(
                        NodeExpandVolumeRequest.newBuilder()
                            .setVolumeId(d.good())
                            .setVolumePath("/folder")
                            .build()),
            Code.NOT_FOUND,
            "/folder"),
        Row.of(
            "expand without id",
            d -> d.controller().controllerExpandVolume(expand("", 64 * MIB, 0)),
            Code.INVALID_ARGUMENT,
            "volume_id"),
        Row.of(
            "expand with a limit below the requirement",
            d -> d.controller().controllerExpandVolume(expand(d.good(), 64 * MIB, 48 * MIB)),
            Code.INVALID_ARGUMENT,
            "limit_bytes",
            "required_bytes"),
        Row.of(
            "stats without path",
            d -> stats(d, d.good(), ""),
            Code.INVALID_ARGUMENT,
            "volume_path"),
        Row.of(
            "stats of an unknown volume",
            d -> stats(d, "nope", "some/path"),
            Code.NOT_FOUND,
            "nope"),
        Row.of(
            "stats where it is not",
            d -> stats(d, d.stagedVolume(), "some/path"),
            Code.NOT_FOUND,
            "some/path"),
        Row.of("stats without id", d -> stats(d, "", "/x"), Code.INVALID_ARGUMENT, "volume_id"));
  }

  private static Object stats(RunningDriver d, String id, String path) {
    return d.node()
        .nodeGetVolumeStats(
            NodeGetVolumeStatsRequest.newBuilder().setVolumeId(id).setVolumePath(path).build());
  }
}
