package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.createWith;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.VolumeContentSource;
import io.grpc.Status.Code;
import java.util.stream.Stream;

/** CreateVolume: parameters and sources. */
class ParametersE2E extends Refusals {
  static Stream<Row> rows() {
    return Stream.of(
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
            Code.NOT_FOUND,
            "snapshot",
            "'s'",
            "does not exist"),
        creation(
            "parameter without a value",
            Requests.create("bad").putParameters("allocation", ""),
            Code.INVALID_ARGUMENT,
            "allocation"),
        creation(
            "key that only differs in case",
            Requests.create("bad").putParameters("Allocation", "thin"),
            Code.INVALID_ARGUMENT,
            "Allocation",
            "allocation"),
        creation(
            "negative undelete time",
            Requests.create("bad").putParameters("undelete", "-1h"),
            Code.INVALID_ARGUMENT,
            "undelete",
            "-1h"),
        creation(
            "block size that is none",
            createWith("bad", Requests.block()).putParameters("blockSize", "1000"),
            Code.INVALID_ARGUMENT,
            "blockSize",
            "1000",
            "512",
            "4096"),
        creation(
            "more parameters than fit",
            Requests.create("bad").putParameters("pool", "p".repeat(4096)),
            Code.INVALID_ARGUMENT,
            "parameters",
            "4096"),
        creation(
            "unknown source volume",
            Requests.create("bad")
                .setVolumeContentSource(
                    VolumeContentSource.newBuilder()
                        .setVolume(VolumeContentSource.VolumeSource.newBuilder().setVolumeId("v"))),
            Code.NOT_FOUND,
            "volume",
            "'v'",
            "does not exist"));
  }

  private static Row creation(
      String wrong, CreateVolumeRequest.Builder request, Code code, String... words) {
    return Row.of(wrong, d -> d.controller().createVolume(request.build()), code, words);
  }
}
