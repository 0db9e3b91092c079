package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Requests.createWith;
import static dev.berth.e2e.badinput.Requests.filesystem;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status.Code;
import java.util.stream.Stream;

/** CreateVolume: names and capabilities. */
class CreateE2E extends Refusals {
  static Stream<Row> rows() {
    CreateVolumeRequest.Builder noMode =
        Requests.create("bad")
            .clearVolumeCapabilities()
            .addVolumeCapabilities(filesystem("ext4").toBuilder().clearAccessMode());
    CreateVolumeRequest.Builder noType =
        Requests.create("bad")
            .clearVolumeCapabilities()
            .addVolumeCapabilities(filesystem("ext4").toBuilder().clearMount());
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
            "mount_flags"));
  }

  private static Row creation(
      String wrong, CreateVolumeRequest.Builder request, Code code, String... words) {
    return Row.of(wrong, d -> d.controller().createVolume(request.build()), code, words);
  }
}
