package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.filesystem;

import dev.berth.csi.v1.ControllerGetVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesRequest;
import io.grpc.Status.Code;
import java.util.stream.Stream;

/** Delete, get, list, validate and capacity. */
class LookupE2E extends Refusals {
  static Stream<Row> rows() {
    return Stream.of(
        Row.of("delete without id", d -> delete(d, ""), Code.INVALID_ARGUMENT, "volume_id"),
        Row.of(
            "delete of a staged volume",
            d -> delete(d, d.stagedVolume()),
            Code.FAILED_PRECONDITION,
            "/dev/loop"),
        Row.of(
            "delete of another pool's volume",
            d -> delete(d, "zzzzzzzz.good"),
            Code.FAILED_PRECONDITION,
            "zzzzzzzz"),
        Row.of(
            "get of an unknown volume", d -> get(d, "fake-vol-id"), Code.NOT_FOUND, "fake-vol-id"),
        Row.of(
            "get of an id with ../",
            d -> get(d, "../../etc/passwd"),
            Code.NOT_FOUND,
            "../../etc/passwd"),
        Row.of("get without id", d -> get(d, ""), Code.INVALID_ARGUMENT, "volume_id"),
        Row.of(
            "list with a bad token",
            d ->
                d.controller()
                    .listVolumes(
                        ListVolumesRequest.newBuilder().setStartingToken("nonsense").build()),
            Code.ABORTED,
            "starting_token"),
        Row.of(
            "list with a negative maximum",
            d ->
                d.controller()
                    .listVolumes(ListVolumesRequest.newBuilder().setMaxEntries(-1).build()),
            Code.INVALID_ARGUMENT,
            "max_entries"),
        Row.of(
            "validate without capabilities",
            d ->
                d.controller()
                    .validateVolumeCapabilities(
                        ValidateVolumeCapabilitiesRequest.newBuilder()
                            .setVolumeId(d.good())
                            .build()),
            Code.INVALID_ARGUMENT,
            "volume_capabilities"),
        Row.of(
            "validate an unknown volume",
            d ->
                d.controller()
                    .validateVolumeCapabilities(
                        ValidateVolumeCapabilitiesRequest.newBuilder()
                            .setVolumeId("nope")
                            .addVolumeCapabilities(filesystem("ext4"))
                            .build()),
            Code.NOT_FOUND,
            "nope"),
        Row.of(
            "delete of an id of 129 bytes",
            d -> delete(d, "i".repeat(129)),
            Code.INVALID_ARGUMENT,
            "volume_id",
            "128"),
        Row.of(
            "get of an unknown volume of our pool",
            d -> get(d, d.good() + "-2"),
            Code.NOT_FOUND,
            "good-2"),
        Row.of(
            "validate without id",
            d ->
                d.controller()
                    .validateVolumeCapabilities(
                        ValidateVolumeCapabilitiesRequest.newBuilder()
                            .addVolumeCapabilities(filesystem("ext4"))
                            .build()),
            Code.INVALID_ARGUMENT,
            "volume_id"),
        Row.of(
            "capacity with an unknown parameter",
            d ->
                d.controller()
                    .getCapacity(
                        GetCapacityRequest.newBuilder().putParameters("colour", "blue").build()),
            Code.INVALID_ARGUMENT,
            "colour"),
        Row.of(
            "a call that is not offered",
            d ->
                d.controller()
                    .controllerPublishVolume(ControllerPublishVolumeRequest.getDefaultInstance()),
            Code.UNIMPLEMENTED,
            "ControllerPublishVolume"));
  }

  private static Object delete(RunningDriver d, String id) {
    return d.controller().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private static Object get(RunningDriver d, String id) {
    return d.controller()
        .controllerGetVolume(ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build());
  }
}
