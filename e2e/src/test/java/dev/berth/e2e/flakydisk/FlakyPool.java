package dev.berth.e2e.flakydisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.ListVolumesResponse;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.ProbeRequest;
import dev.berth.csi.v1.Volume;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.csi.v1.VolumeCapability.MountVolume;
import dev.berth.e2e.harness.Filesystem;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A driver with a pool on a disk that fails now and then, and one on a disk that never does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FlakyPool {
  private static final long MIB = 1L << 20;

  private Scratch scratch;
  private FlakyDisk disk;
  private Driver csi;
  private String good;
  private Path staging;

  abstract String kind();

  @BeforeAll
  void start() {
    scratch = new Scratch();
    disk = scratch.own(new FlakyDisk(kind(), scratch.root()));
    Filesystem sound = scratch.filesystem("ext4", "sound", 256);
    csi =
        scratch.own(
            new Driver(
                Map.of("flaky", disk.mountPoint(), "sound", sound.mountPoint()),
                scratch.root().resolve("state")));
    staging = scratch.folder("staging");
    good = create("good", "flaky").getVolumeId();
  }

  /** It ends as it should on a disk that fails, too: else the other pool would stay open. */
  @AfterAll
  void stop() {
    disk.refuseWrites();
    var _ = Shell.ask("touch", disk.mountPoint().resolve("volumes").toString());
    var _ = Shell.ask("sync", "--file-system", disk.mountPoint().toString());
    scratch.close();
  }

  @Test
  void a_volume_that_cannot_be_made_is_refused_and_made_when_the_disk_is_well() {
    disk.refuseWrites();
    refused(() -> create("half", "flaky"));
    othersGoOn("beside-create");
    heal();
    assertThat(volumes()).extracting(Volume::getVolumeId).containsExactly(good);
    assertThat(drafts()).isEmpty();
    delete(create("half", "flaky").getVolumeId());
  }

  @Test
  void a_volume_that_cannot_be_read_is_not_staged_and_staged_when_the_disk_is_well() {
    disk.refuseAll();
    refused(this::stage);
    assertThat(scratch.mounts()).doesNotContain(staging.toString());
    assertThat(Scratch.loopsBelow(disk.mountPoint())).isEmpty();
    othersGoOn("beside-stage");
    heal();
    stage();
    unstage();
  }

  @Test
  void what_was_forced_to_disk_survives_a_disk_that_refuses_writes() throws IOException {
    stage();
    write("before");
    disk.refuseWrites();
    assertThatThrownBy(() -> write("during")).isInstanceOf(IOException.class);
    othersGoOn("beside-write");
    unstage();
    assertThat(scratch.mounts()).doesNotContain(staging.toString());
    heal();
    stage();
    assertThat(staging.resolve("before")).hasSize(MIB);
    write("after");
    unstage();
  }

  @Test
  void a_volume_that_cannot_grow_keeps_its_size_and_grows_when_the_disk_is_well() {
    String volume = create("grows", "flaky").getVolumeId();
    disk.refuseWrites();
    refused(() -> expand(volume, 48 * MIB));
    othersGoOn("beside-expand");
    heal();
    assertThat(volumes())
        .filteredOn(v -> v.getVolumeId().equals(volume))
        .extracting(Volume::getCapacityBytes)
        .containsExactly(32 * MIB);
    assertThat(expand(volume, 48 * MIB)).isEqualTo(48 * MIB);
    delete(volume);
  }

  /**
   * EIO is INTERNAL, for it is nothing that a caller can do something about; a filesystem that has
   * turned read-only meanwhile waits for a person.
   */
  private static void refused(Runnable call) {
    StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class, call::run);
    String expected =
        switch (e.getStatus().getCode()) {
          case INTERNAL -> ": EIO (";
          case FAILED_PRECONDITION -> ": EROFS (";
          default -> "INTERNAL or FAILED_PRECONDITION";
        };
    assertThat(e.getMessage()).contains(expected);
  }

  /** A disk that fails is no reason to restart the driver, whose other pools are well. */
  private void othersGoOn(String name) {
    assertThat(csi.identity().probe(ProbeRequest.getDefaultInstance()).getReady().getValue())
        .isTrue();
    delete(create(name, "sound").getVolumeId());
  }

  private void heal() {
    disk.heal();
    Awaitility.await("the pool is back")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> volumes().stream().anyMatch(v -> v.getVolumeId().equals(good)));
  }

  private Volume create(String name, String pool) {
    return csi.controller()
        .createVolume(
            CreateVolumeRequest.newBuilder()
                .setName(name)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(32 * MIB))
                .addVolumeCapabilities(capability())
                .putParameters("pool", pool)
                .build())
        .getVolume();
  }

  private void delete(String volume) {
    var _ =
        csi.controller().deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(volume).build());
  }

  private long expand(String volume, long size) {
    return csi.controller()
        .controllerExpandVolume(
            ControllerExpandVolumeRequest.newBuilder()
                .setVolumeId(volume)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(size))
                .build())
        .getCapacityBytes();
  }

  private void stage() {
    var _ =
        csi.node()
            .nodeStageVolume(
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId(good)
                    .setStagingTargetPath(staging.toString())
                    .setVolumeCapability(capability())
                    .build());
  }

  private void unstage() {
    var _ =
        csi.node()
            .nodeUnstageVolume(
                NodeUnstageVolumeRequest.newBuilder()
                    .setVolumeId(good)
                    .setStagingTargetPath(staging.toString())
                    .build());
  }

  private List<Volume> volumes() {
    return csi
        .controller()
        .listVolumes(ListVolumesRequest.getDefaultInstance())
        .getEntriesList()
        .stream()
        .map(ListVolumesResponse.Entry::getVolume)
        .toList();
  }

  private void write(String name) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            staging.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer data = ByteBuffer.allocate((int) MIB);
      while (data.hasRemaining()) {
        out.write(data);
      }
      out.force(true);
    }
  }

  /** What lies in the instances' drafts folders. */
  private List<Path> drafts() {
    Path drafts = disk.mountPoint().resolve("drafts");
    try (Stream<Path> below = Files.walk(drafts, 2)) {
      return below
          .filter(path -> path.getNameCount() == drafts.getNameCount() + 2)
          .filter(Files::isDirectory)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static VolumeCapability capability() {
    return VolumeCapability.newBuilder()
        .setMount(MountVolume.newBuilder().setFsType("ext4"))
        .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(Mode.SINGLE_NODE_WRITER))
        .build();
  }
}
