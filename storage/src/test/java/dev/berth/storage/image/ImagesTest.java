package dev.berth.storage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.PoolId;
import dev.berth.storage.PoolName;
import dev.berth.storage.Tuning;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeId;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import dev.berth.storage.linux.recorded.Faults;
import dev.berth.storage.linux.recorded.FaultyLinux;
import dev.berth.storage.linux.recorded.RecordedLinux;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attaching, over recorded loop devices. */
class ImagesTest {
  private final RecordedLinux recorded = RecordedLinux.create();
  private final Linux linux = recorded.with(Linux.real().files());
  private final Images images = new Images(linux);
  private Path image;

  @BeforeEach
  void image(@TempDir Path temporary) throws IOException {
    image = temporary.toRealPath().resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(1 << 20);
    }
  }

  @Test
  void attaching_twice_makes_one_device_with_the_volumes_name_and_block_size() {
    LoopDevice device = images.attach(volume(xfs(), "pvc-1")).device();
    assertThat(images.attach(volume(xfs(), "pvc-1"))).isEqualTo(new Attached(device, false));
    assertThat(images.attached(volume(xfs(), "pvc-1"))).contains(device);
    assertThat(device.name()).isEqualTo("a1b2c3d4.pvc-1");
    assertThat(device.blockSize()).isEqualTo(Bytes.of(4096));
    assertThat(recorded.loops().changes()).hasSize(1);
  }

  @Test
  void a_name_that_is_longer_than_a_loop_device_keeps_still_attaches() {
    Volume volume = volume(xfs(), "x".repeat(63));
    assertThat(images.attach(volume).device().name()).hasSize(63);
    images.detach(volume);
    assertThat(images.attached(volume)).isEmpty();
  }

  @Test
  void long_names_that_differ_at_their_end_are_told_apart() {
    assertThat(images.attach(volume(xfs(), "x".repeat(62) + "1")).device().name())
        .isNotEqualTo(Devices.loopName(volume(xfs(), "x".repeat(62) + "2").id()));
  }

  @Test
  void detaching_what_is_not_attached_does_nothing() {
    images.detach(volume(xfs(), "pvc-1"));
    assertThat(recorded.loops().changes()).isEmpty();
  }

  @Test
  void a_volume_whose_image_was_removed_is_still_detached() throws IOException {
    Volume volume = volume(xfs(), "pvc-1");
    images.attach(volume);
    Files.delete(image);
    images.detach(volume);
    assertThat(recorded.loops().list()).isEmpty();
  }

  @Test
  void a_device_in_use_is_not_detached() {
    Volume volume = volume(xfs(), "pvc-1");
    LoopDevice device = images.attach(volume).device();
    recorded.loops().hold(device);
    assertThatThrownBy(() -> images.detach(volume))
        .isInstanceOf(NotNow.class)
        .hasMessage(
            "volume a1b2c3d4.pvc-1: "
                + device.path()
                + " is still in use (mounted or open); stop what uses it");
  }

  @Test
  void a_device_of_ours_with_another_block_size_is_not_used() {
    linux
        .loops()
        .attach(new AttachRequest(image, "a1b2c3d4.pvc-1", Bytes.of(512), false, true, false));
    assertThatThrownBy(() -> images.attach(volume(xfs(), "pvc-1")))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("has a block size of 512, and a writable one of 4096 is needed");
  }

  @Test
  void an_image_that_another_process_has_locked_is_not_attached() {
    Linux opened = FaultyLinux.wrap(linux, Faults.nth("attachUnopened", 1, "EAGAIN"));
    Linux locked = FaultyLinux.wrap(opened, Faults.nth("attach", 1, "EAGAIN"));
    assertThatThrownBy(() -> new Images(locked).attach(volume(xfs(), "pvc-1")))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("another process has locked " + image);
  }

  @Test
  void a_strangers_device_forbids_to_attach_and_hides_ours_from_nobody() {
    Volume volume = volume(xfs(), "pvc-1");
    LoopDevice device = images.attach(volume).device();
    linux.loops().attach(new AttachRequest(image, "by hand", Bytes.of(512), true, false, false));
    assertThatThrownBy(() -> images.attach(volume))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("somebody else has attached its image at /dev/loop1");
    assertThat(images.attached(volume)).contains(device);
    images.detach(volume);
    assertThat(images.attached(volume)).isEmpty();
  }

  @Test
  void an_image_that_is_only_being_read_is_attached_all_the_same() {
    Linux read = FaultyLinux.wrap(linux, Faults.nth("attachUnopened", 1, "EAGAIN"));
    assertThat(new Images(read).attach(volume(xfs(), "pvc-1")).isNew()).isTrue();
  }

  @Test
  void a_stranger_who_attaches_it_between_our_look_and_our_attaching_keeps_us_out() {
    Linux read = FaultyLinux.wrap(linux, Faults.nth("attachUnopened", 1, "EAGAIN"));
    Linux raced =
        FaultyLinux.wrap(
            read,
            (call, _) -> {
              if (call.equals("attach")) {
                linux
                    .loops()
                    .attach(new AttachRequest(image, "by hand", Bytes.of(512), true, false, false));
              }
            });
    assertThatThrownBy(() -> new Images(raced).attach(volume(xfs(), "pvc-1")))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("somebody else has attached its image at /dev/loop0");
    assertThat(recorded.loops().list()).hasSize(1);
  }

  @Test
  void a_device_is_found_by_who_has_never_seen_it() {
    LoopDevice device = images.attach(volume(xfs(), "pvc-1")).device();
    assertThat(new Images(linux).attached(volume(xfs(), "pvc-1"))).contains(device);
    assertThat(new Images(linux).attached(volume(xfs(), "pvc-1").id())).contains(device);
  }

  @Test
  void a_number_that_has_come_to_serve_another_is_not_believed() {
    Volume volume = volume(xfs(), "pvc-1");
    LoopDevice device = images.attach(volume).device();
    linux.loops().detach(device);
    linux.loops().attach(new AttachRequest(image, "by hand", Bytes.of(512), true, false, false));
    assertThat(images.attached(volume)).isEmpty();
    assertThat(images.attached(volume.id())).isEmpty();
  }

  @Test
  void a_missing_image_is_damage() throws IOException {
    Files.delete(image);
    assertThatThrownBy(() -> images.attach(volume(xfs(), "pvc-1")))
        .isInstanceOf(Damaged.class)
        .hasMessage(image + ": the image is missing; restore it from a backup");
  }

  @Test
  void growing_a_mounted_ext4_names_the_capability_that_it_needs() {
    Volume ext4 = volume(new Content.Filesystem(FsType.EXT4), "pvc-1");
    Linux refused = FaultyLinux.wrap(linux, Faults.nth("growExt4", 1, "EPERM"));
    assertThatThrownBy(() -> new Images(refused).growFilesystem(ext4, Path.of("/mnt")))
        .isInstanceOf(NotNow.class)
        .hasMessage(
            "volume a1b2c3d4.pvc-1: growing the mounted ext4 at /mnt needs the capability"
                + " CAP_SYS_RESOURCE; give it to the container, or use xfs");
    assertThat(images.growFilesystem(ext4, Path.of("/mnt"))).isEqualTo(Bytes.ofMiB(1));
  }

  @Test
  void raw_blocks_have_no_filesystem_to_grow() {
    Volume raw = volume(new Content.Block(Bytes.of(512)), "pvc-1");
    assertThatThrownBy(() -> images.growFilesystem(raw, Path.of("/mnt")))
        .isInstanceOf(Invalid.class);
  }

  private static Content xfs() {
    return new Content.Filesystem(FsType.XFS);
  }

  private Volume volume(Content content, String name) {
    return new Volume(
        new VolumeId(new PoolId("a1b2c3d4"), name),
        name,
        new PoolName("main"),
        Bytes.ofMiB(1),
        content,
        Allocation.THIN,
        Duration.ZERO,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Tuning.NONE,
        false,
        Instant.EPOCH,
        image);
  }
}
