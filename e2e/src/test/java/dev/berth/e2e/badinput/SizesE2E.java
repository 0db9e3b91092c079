package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.MIB;
import static dev.berth.e2e.badinput.Requests.createWith;
import static dev.berth.e2e.badinput.Requests.filesystem;
import static dev.berth.e2e.badinput.Requests.range;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.TopologyRequirement;
import io.grpc.Status.Code;
import java.util.stream.Stream;

/** CreateVolume: sizes, places, and names that exist. */
class SizesE2E extends Refusals {
  static Stream<Row> rows() {
    TopologyRequirement elsewhere =
        TopologyRequirement.newBuilder()
            .addRequisite(
                Topology.newBuilder().putSegments("topology.local.berth.dev/node", "node-9"))
            .build();
    return Stream.of(
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
            "314572800"),
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
            "good"),
        creation(
            "existing name, block instead of a filesystem",
            createWith("good", Requests.block()),
            Code.ALREADY_EXISTS,
            "good"),
        creation(
            "negative limit",
            Requests.create("bad").setCapacityRange(range(MIB, -1)),
            Code.INVALID_ARGUMENT,
            "limit_bytes",
            "-1"),
        creation(
            "ext4 with a limit below what it can be made in",
            Requests.create("bad").setCapacityRange(range(1, 4096)),
            Code.OUT_OF_RANGE,
            "4"),
        creation(
            "size beyond what a file can have",
            Requests.create("bad").setCapacityRange(range(Long.MAX_VALUE, 0)),
            Code.OUT_OF_RANGE,
            "required_bytes",
            "more than any file"));
  }

  private static Row creation(
      String wrong, CreateVolumeRequest.Builder request, Code code, String... words) {
    return Row.of(wrong, d -> d.controller().createVolume(request.build()), code, words);
  }
}
