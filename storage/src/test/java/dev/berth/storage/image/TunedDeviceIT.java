package dev.berth.storage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.PoolId;
import dev.berth.storage.PoolName;
import dev.berth.storage.Tuning;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeId;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.QueueSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues of real loop devices. */
class TunedDeviceIT {
  private final Linux linux = Linux.real();
  private final Images images = new Images(linux);
  private Path image;

  @BeforeEach
  void image(@TempDir Path temporary) throws IOException {
    image = temporary.toRealPath().resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(8 << 20);
    }
  }

  @AfterEach
  void detach() {
    images.detach(volume(QueueSettings.NONE));
  }

  @Test
  void what_is_recorded_is_in_force_at_every_attach_and_gone_for_the_numbers_next_user()
      throws IOException {
    Volume volume = volume(queue(Bytes.ofMiB(1), "mq-deadline", false));
    for (int i = 0; i < 2; i++) {
      LoopDevice device = images.attach(volume).device();
      assertThat(setting(device, "read_ahead_kb")).isEqualTo("1024");
      assertThat(setting(device, "scheduler")).contains("[mq-deadline]");
      assertThat(setting(device, "discard_max_bytes")).isEqualTo("0");
      images.detach(volume);
    }
    LoopDevice next = images.attach(volume(QueueSettings.NONE)).device();
    assertThat(setting(next, "scheduler")).contains("[none]");
    assertThat(setting(next, "discard_max_bytes")).isNotEqualTo("0");
  }

  @Test
  void a_device_in_use_is_changed_at_once_and_tells_how_it_was() throws IOException {
    Volume volume = volume(QueueSettings.NONE);
    LoopDevice device = images.attach(volume).device();
    QueueSettings wanted = queue(Bytes.ofKiB(64), "kyber", false);
    QueueSettings before = images.tune(volume, wanted);
    assertThat(before.scheduler()).contains("none");
    assertThat(before.discard()).contains(true);
    assertThat(setting(device, "read_ahead_kb")).isEqualTo("64");
    assertThat(images.tune(volume, wanted)).isEqualTo(wanted);
    var _ =
        images.tune(
            volume, new QueueSettings(before.readAhead(), before.scheduler(), Optional.empty()));
    assertThat(setting(device, "scheduler")).contains("[none]");
  }

  @Test
  void a_scheduler_that_the_kernel_does_not_have_changes_nothing() throws IOException {
    Volume volume = volume(QueueSettings.NONE);
    LoopDevice device = images.attach(volume).device();
    String readAhead = setting(device, "read_ahead_kb");
    assertThatThrownBy(() -> images.tune(volume, queue(Bytes.ofKiB(64), "elevator", false)))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("elevator");
    assertThat(setting(device, "read_ahead_kb")).isEqualTo(readAhead);
    assertThat(setting(device, "discard_max_bytes")).isNotEqualTo("0");
  }

  @Test
  void a_recorded_setting_that_the_kernel_does_not_know_keeps_nobody_from_the_data() {
    Volume volume = volume(queue(Bytes.ofKiB(64), "elevator", false));
    assertThat(images.attach(volume).isNew()).isTrue();
  }

  private static QueueSettings queue(Bytes readAhead, String scheduler, boolean discard) {
    return new QueueSettings(Optional.of(readAhead), Optional.of(scheduler), Optional.of(discard));
  }

  private static String setting(LoopDevice device, String name) throws IOException {
    return Files.readString(Path.of("/sys/block/loop" + device.number() + "/queue").resolve(name))
        .strip();
  }

  private Volume volume(QueueSettings queue) {
    return new Volume(
        new VolumeId(new PoolId("t1u2n3e4"), "pvc-1"),
        "pvc-1",
        new PoolName("main"),
        Bytes.ofMiB(8),
        new Content.Block(Bytes.of(4096)),
        Allocation.THIN,
        Duration.ZERO,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        new Tuning(Optional.empty(), queue),
        false,
        Instant.EPOCH,
        image);
  }
}
