package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.NodeGetStorageHealthRequest;
import dev.berth.csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import dev.berth.csi.v1.NodeGetVolumeHealthRequest;
import dev.berth.csi.v1.StorageHealthErrorType;
import dev.berth.csi.v1.VolumeHealth;
import dev.berth.csi.v1.VolumeHealth.VolumeHealthEntry;
import dev.berth.csi.v1.VolumeHealthErrorType;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every ailment of a volume and of a pool, made on the real kernel. */
class HealthIT {
  private static final Linux LINUX = Linux.real();
  @TempDir Path dir;
  private RunningNode node;

  @BeforeEach
  void start() throws IOException {
    node = new RunningNode(dir);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @EnumSource(FsType.class)
  void a_volume_that_is_well_has_its_id_and_no_status(FsType type) {
    Volume volume = create(type);
    assertThat(health(volume)).isEqualTo(well(volume));
    stage(volume);
    assertThat(health(volume)).isEqualTo(well(volume));
  }

  @Test
  void a_volume_that_is_not_there_is_not_found_before_its_path_is_looked_at() {
    for (String id : List.of("fake-vol-id", "abcd1234.nothing")) {
      assertThat(
              refused(
                  NodeGetVolumeHealthRequest.newBuilder()
                      .setVolumeId(id)
                      .setVolumePublishPath("some/path")))
          .isEqualTo(Code.NOT_FOUND);
    }
    Volume volume = create(FsType.EXT4);
    assertThat(
            refused(
                NodeGetVolumeHealthRequest.newBuilder()
                    .setVolumeId(volume.id().toString())
                    .setStagingTargetPath("some/path")))
        .isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(refused(NodeGetVolumeHealthRequest.newBuilder())).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void an_image_that_is_missing_or_short_and_a_changed_record_are_loss_of_data()
      throws IOException {
    Volume missing = create(FsType.EXT4);
    Files.delete(missing.image());
    assertThat(only(missing)).isEqualTo(VolumeHealthErrorType.DATA_LOSS + " ImageMissing");
    Volume small = node.create("short", Bytes.ofMiB(64), new Content.Block(Bytes.of(4096)));
    try (RandomAccessFile file = new RandomAccessFile(small.image().toFile(), "rw")) {
      file.setLength(4096);
    }
    assertThat(only(small)).isEqualTo(VolumeHealthErrorType.DATA_LOSS + " ImageTooShort");
    Volume changed = node.create("record", Bytes.ofMiB(64), new Content.Block(Bytes.of(4096)));
    Path record = changed.image().resolveSibling("volume.json");
    Files.writeString(record, Files.readString(record).replace("thin", "thick"));
    assertThat(only(changed)).isEqualTo(VolumeHealthErrorType.DATA_LOSS + " RecordDamaged");
  }

  @ParameterizedTest
  @EnumSource(FsType.class)
  void a_frozen_filesystem_is_told_until_it_is_thawed(FsType type) {
    Volume volume = create(type);
    Path staging = stage(volume);
    run("fsfreeze", "--freeze", staging.toString());
    try {
      assertThat(only(volume)).isEqualTo(VolumeHealthErrorType.DEGRADED + " FilesystemFrozen");
    } finally {
      run("fsfreeze", "--unfreeze", staging.toString());
    }
    assertThat(health(volume)).isEqualTo(well(volume));
  }

  @Test
  void errors_that_ext4_has_counted_are_told_and_that_it_stopped_writing() throws IOException {
    Volume volume = create(FsType.EXT4);
    Path staging = stage(volume);
    Path trigger =
        Path.of("/sys/fs/ext4/loop" + device(volume).number()).resolve("trigger_fs_error");
    Files.writeString(trigger, "1");
    VolumeHealth sick = health(volume);
    assertThat(sick.getHealthStatusesList())
        .extracting(VolumeHealthEntry::getReason)
        .contains("FilesystemErrors");
    assertThat(sick.getHealthStatuses(sick.getHealthStatusesCount() - 1).getMessage())
        .contains("counted 1 errors");
    run("mount", "-o", "remount,errors=remount-ro", staging.toString());
    Files.writeString(trigger, "2");
    // The kernel counts, and then turns the filesystem read-only.
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(health(volume).getHealthStatusesList())
                    .extracting(e -> e.getStatus() + " " + e.getReason())
                    .containsExactly("DEGRADED FilesystemReadOnly", "DEGRADED FilesystemErrors"));
  }

  @Test
  void an_xfs_that_gave_up_cannot_be_used() {
    Volume volume = create(FsType.XFS);
    Path staging = stage(volume);
    run("xfs_io", "-x", "-c", "shutdown", staging.toString());
    assertThat(only(volume)).isEqualTo(VolumeHealthErrorType.INACCESSIBLE + " FilesystemShutDown");
  }

  @Test
  void a_strangers_loop_device_is_told_before_and_after_ours() {
    Volume volume = create(FsType.EXT4);
    LoopDevice stranger =
        LINUX
            .loops()
            .attach(
                new AttachRequest(volume.image(), "by hand", Bytes.ofKiB(4), false, true, false));
    try {
      assertThat(only(volume)).isEqualTo(VolumeHealthErrorType.INACCESSIBLE + " ForeignLoopDevice");
      assertThat(health(volume).getHealthStatuses(0).getMessage())
          .contains(stranger.path().toString());
    } finally {
      LINUX.loops().detach(stranger);
    }
    stage(volume);
    stranger =
        LINUX
            .loops()
            .attach(
                new AttachRequest(volume.image(), "by hand", Bytes.ofKiB(4), true, true, false));
    try {
      assertThat(only(volume)).isEqualTo(VolumeHealthErrorType.DEGRADED + " ForeignLoopDevice");
    } finally {
      LINUX.loops().detach(stranger);
    }
    assertThat(health(volume)).isEqualTo(well(volume));
  }

  @Test
  void a_pool_that_is_nearly_full_or_goes_missing_is_told_and_so_are_its_volumes()
      throws IOException {
    assertThat(storage()).isEmpty();
    Path image = Files.createFile(dir.resolve("disk.img"));
    Path pool = Files.createDirectory(dir.resolve("small"));
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(64 << 20);
    }
    run("mkfs.ext4", "-q", "-F", image.toString());
    run("mount", "-o", "loop", image.toString(), pool.toString());
    try (SmallPool small = new SmallPool(dir, pool)) {
      assertThat(small.storage()).isEmpty();
      Volume volume = small.create(Bytes.ofMiB(8));
      Path filler = pool.resolve("filler");
      long room = Files.getFileStore(pool).getUsableSpace() - (1 << 20);
      Files.write(filler, new byte[Math.toIntExact(room)]);
      assertThat(small.storage())
          .extracting(e -> e.getStatus() + " " + e.getReason())
          .containsExactly(StorageHealthErrorType.STORAGE_DEGRADED + " PoolNearlyFull");
      Files.delete(filler);
      run("mount", "-o", "remount,errors=remount-ro", pool.toString());
      String disk = LINUX.mounts().table().at(pool).orElseThrow().source();
      Files.writeString(
          Path.of("/sys/fs/ext4").resolve(disk.substring("/dev/".length()) + "/trigger_fs_error"),
          "1");
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(small.storage())
                      .extracting(e -> e.getStatus() + " " + e.getReason())
                      .containsExactly(StorageHealthErrorType.STORAGE_DEGRADED + " PoolReadOnly"));
      run("umount", "--lazy", pool.toString());
      small.awaitMissing();
      assertThat(small.storage())
          .extracting(e -> e.getStatus() + " " + e.getReason())
          .containsExactly(StorageHealthErrorType.STORAGE_UNREACHABLE + " PoolMissing");
      assertThat(small.health(volume).getHealthStatusesList())
          .extracting(e -> e.getStatus() + " " + e.getReason())
          .containsExactly(VolumeHealthErrorType.INACCESSIBLE + " PoolMissing");
      assertThat(small.health(volume).getHealthStatuses(0).getMessage().length())
          .isLessThanOrEqualTo(128);
    } finally {
      var _ =
          LINUX.programs().run(List.of("umount", "--lazy", pool.toString()), Duration.ofMinutes(1));
    }
  }

  private Volume create(FsType type) {
    return node.create(
        type.kernelName(),
        new Content.Filesystem(type).minimumSize(),
        new Content.Filesystem(type));
  }

  private Path stage(Volume volume) {
    Path staging = node.folder("staging-" + volume.name());
    var _ = node.csi().nodeStageVolume(Requests.stage(volume.id().toString(), staging).build());
    return staging;
  }

  private LoopDevice device(Volume volume) {
    return LINUX.loops().find(LINUX.files().identity(volume.image())).orElseThrow();
  }

  private VolumeHealth health(Volume volume) {
    return node.csi()
        .nodeGetVolumeHealth(
            NodeGetVolumeHealthRequest.newBuilder().setVolumeId(volume.id().toString()).build())
        .getVolumeHealth();
  }

  /** Status and reason of the one entry that there is. */
  private String only(Volume volume) {
    VolumeHealth health = health(volume);
    assertThat(health.getVolumeId()).isEqualTo(volume.id().toString());
    assertThat(health.getHealthStatusesList()).hasSize(1);
    VolumeHealthEntry entry = health.getHealthStatuses(0);
    assertThat(entry.getMessage()).isNotEmpty();
    return entry.getStatus() + " " + entry.getReason();
  }

  private static VolumeHealth well(Volume volume) {
    return VolumeHealth.newBuilder().setVolumeId(volume.id().toString()).build();
  }

  private List<StorageBackendHealth> storage() {
    return node.csi()
        .nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())
        .getBackendHealthList();
  }

  private Code refused(NodeGetVolumeHealthRequest.Builder q) {
    return catchThrowableOfType(
            StatusRuntimeException.class, () -> node.csi().nodeGetVolumeHealth(q.build()))
        .getStatus()
        .getCode();
  }

  private static void run(String... command) {
    var output = LINUX.programs().run(List.of(command), Duration.ofMinutes(1));
    if (output.exitCode() != 0) {
      throw new SystemCallFailed(
          String.join(" ", command), output.toString(), "EIO", "the program failed");
    }
  }
}
