package dev.berth.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.CsiClient;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A pool with the volumes {@code hurt} and {@code well} that no process has open, to be damaged; it
 * is put back for each test.
 */
final class PreparedPool implements AutoCloseable {
  private final Scratch scratch = new Scratch();
  private final String pool;

  PreparedPool() {
    try (BerthProcess berth = start("--init");
        CsiClient csi = client()) {
      var _ = csi.controller().createVolume(Requests.create("hurt").build());
      String id =
          csi.controller().createVolume(Requests.create("well").build()).getVolume().getVolumeId();
      pool = id.substring(0, id.indexOf('.'));
      berth.stop();
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
    Shell.run("mkdir", template().toString());
    Shell.run("cp", "-a", "--sparse=always", folder().toString(), template().toString());
    Shell.run("cp", "-a", root().toString(), template().toString());
  }

  /** Everything as at the start. */
  void reset() {
    forget();
    Shell.run("cp", "-a", "--sparse=always", template() + "/.", scratch.root().toString());
  }

  /** No pool, and nobody who remembers one. */
  void forget() {
    Shell.run("rm", "-rf", folder().toString(), root().toString());
  }

  private Path template() {
    return scratch.root().resolve("template");
  }

  Path folder() {
    return scratch.root().resolve("pool");
  }

  /** The driver's own folder, where the pools that were there once are remembered. */
  Path root() {
    return scratch.root().resolve("root");
  }

  /** A folder of the test's own. */
  Path aside() {
    return scratch.folder("aside");
  }

  Path volume(String name) {
    return folder().resolve("volumes").resolve(name);
  }

  String id(String name) {
    return pool + "." + name;
  }

  /** The arguments of a driver that listens on {@code socket}. */
  List<String> arguments(String socket, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "csi",
                "--endpoint=unix://" + scratch.root().resolve(socket),
                "--root=" + root(),
                "--node-id=node-1"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  String withSize() {
    return "--pool=disk=" + folder() + ",size=1Gi";
  }

  /** Starts the driver and waits until it serves. */
  BerthProcess start(String... more) {
    scratch.folder("pool");
    return startAsItIs(more);
  }

  /** Starts the driver on whatever there is. */
  BerthProcess startAsItIs(String... more) {
    List<String> arguments = arguments("csi.sock", withSize());
    arguments.addAll(List.of(more));
    return BerthProcess.serving(
        scratch.root().resolve("berth.log"), scratch.root().resolve("csi.sock"), arguments);
  }

  CsiClient client() {
    return new CsiClient(scratch.root().resolve("csi.sock"));
  }

  Path staging() {
    return scratch.folder("staging");
  }

  /** The volume that is not damaged, and those to come, are none the worse. */
  void assertTheRestWorks(CsiClient csi) {
    assertThat(
            csi.controller().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntriesList())
        .extracting(e -> e.getVolume().getVolumeId())
        .contains(id("well"));
    var _ = csi.node().nodeStageVolume(Requests.stage(id("well"), staging()).build());
    assertThat(scratch.mounts()).containsExactly(staging().toString());
    var _ =
        csi.node()
            .nodeUnstageVolume(
                NodeUnstageVolumeRequest.newBuilder()
                    .setVolumeId(id("well"))
                    .setStagingTargetPath(staging().toString())
                    .build());
    var _ = csi.controller().createVolume(Requests.create("fresh").build());
    var _ =
        csi.controller()
            .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id("fresh")).build());
    assertThat(scratch.mounts()).isEmpty();
    assertThat(Scratch.loopsBelow(folder())).isEmpty();
  }

  @Override
  public void close() {
    scratch.close();
  }
}
