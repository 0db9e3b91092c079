package dev.berth.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.ControllerGrpc.ControllerBlockingStub;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.NodeGrpc.NodeBlockingStub;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.CsiClient;
import dev.berth.e2e.harness.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code berth csi} as node {@code node-1} with an ext4 pool {@code disk} of 1 GiB, a volume named
 * {@code good} that nothing uses, and one named {@code staged} that is staged at {@link #staged()}.
 */
final class RunningDriver implements AutoCloseable {
  private final Scratch scratch;
  private final CsiClient csi;
  private final Path pool;
  private final String good;
  private final String stagedVolume;

  private RunningDriver(Scratch scratch) {
    this.scratch = scratch;
    pool = scratch.filesystem("ext4", "disk", 1024).mountPoint();
    Path socket = scratch.root().resolve("csi.sock");
    scratch.own(
        BerthProcess.serving(
            scratch.root().resolve("berth.log"),
            socket,
            List.of(
                "csi",
                "--driver=local",
                "--endpoint=unix://" + socket,
                "--root=" + scratch.folder("root"),
                "--pool=disk=" + pool,
                "--init",
                "--node-id=node-1")));
    csi = scratch.own(new CsiClient(socket));
    scratch.folder("folder");
    write(file());
    good = create("good");
    stagedVolume = create("staged");
    var _ =
        csi.node().nodeStageVolume(Requests.stage(stagedVolume, scratch.folder("staged")).build());
  }

  static RunningDriver start() {
    Scratch scratch = new Scratch();
    try {
      return new RunningDriver(scratch);
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  private String create(String name) {
    return csi.controller().createVolume(Requests.create(name).build()).getVolume().getVolumeId();
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "not a directory");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ControllerBlockingStub controller() {
    return csi.controller();
  }

  NodeBlockingStub node() {
    return csi.node();
  }

  /** The id of the volume that nothing uses. */
  String good() {
    return good;
  }

  /** The id of the volume that is staged. */
  String stagedVolume() {
    return stagedVolume;
  }

  /** Where that is. */
  Path staged() {
    return scratch.root().resolve("staged");
  }

  /** An empty folder. */
  Path folder() {
    return scratch.root().resolve("folder");
  }

  /** A file where a folder is wanted. */
  Path file() {
    return scratch.root().resolve("a-file");
  }

  /** A path at which there is nothing. */
  Path nothing() {
    return scratch.root().resolve("nothing");
  }

  /** A refused request leaves nothing behind: no volume, draft, mount, loop device or folder. */
  void assertAsAtTheStart() {
    var list = csi.controller().listVolumes(ListVolumesRequest.getDefaultInstance());
    assertThat(list.getEntriesList())
        .extracting(e -> e.getVolume().getVolumeId())
        .containsExactlyInAnyOrder(good, stagedVolume);
    assertThat(list.getEntriesList())
        .extracting(e -> e.getVolume().getCapacityBytes())
        .containsOnly(32 * Requests.MIB);
    assertThat(pool.resolve("volumes")).isDirectoryNotContaining("glob:**bad*");
    assertThat(drafts()).as("drafts").isEmpty();
    assertThat(scratch.mounts()).containsExactlyInAnyOrder(pool.toString(), staged().toString());
    assertThat(Scratch.loopsBelow(pool)).hasSize(1);
    assertThat(nothing()).doesNotExist();
    assertThat(folder()).isEmptyDirectory();
  }

  /** What lies in the instances' drafts folders. */
  private List<Path> drafts() {
    try (var below = Files.walk(pool.resolve("drafts"), 2)) {
      return below
          .filter(path -> path.getNameCount() == pool.getNameCount() + 3)
          .filter(Files::isDirectory)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (scratch) {
      var _ =
          csi.node()
              .nodeUnstageVolume(
                  NodeUnstageVolumeRequest.newBuilder()
                      .setVolumeId(stagedVolume)
                      .setStagingTargetPath(staged().toString())
                      .build());
    }
  }
}
