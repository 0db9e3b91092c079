package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.OutOfRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an expansion or an init that was cut off leaves, and what may be asked for then. */
class InterruptedTest {
  private PoolWorkshop workshop;

  @BeforeEach
  void workshop(@TempDir Path temporary) {
    workshop = new PoolWorkshop(temporary);
  }

  /** As a crash, or an error that could not be undone, leaves it while the process lives. */
  private Volume interrupted(Pools pools, Bytes to, Bytes reached) {
    Volume volume = pools.create(PoolWorkshop.request("v"));
    Disk disk = new Disk(workshop.linux.files());
    disk.replace(workshop.volumeFile(volume), VolumeFile.of(volume).growing(to).bytes());
    disk.resize(volume.image(), reached);
    return volume;
  }

  @Test
  void a_smaller_limit_is_kept_when_the_image_has_not_grown_beyond_it() {
    try (Pools pools = workshop.open()) {
      Volume volume = interrupted(pools, Bytes.ofMiB(8), Bytes.ofMiB(1));
      SizeRange range = SizeRange.of(Bytes.ofMiB(2), Bytes.ofMiB(4));
      assertThat(pools.expand(volume.id(), range).size()).isEqualTo(Bytes.ofMiB(2));
      assertThat(pools.get(volume.id()).size()).isEqualTo(Bytes.ofMiB(2));
      assertThat(workshop.ready(pools).promised()).isEqualTo(Bytes.ofMiB(2));
    }
  }

  @Test
  void a_limit_below_what_the_image_has_reached_is_refused_and_nothing_is_cut_off() {
    try (Pools pools = workshop.open()) {
      Volume volume = interrupted(pools, Bytes.ofMiB(8), Bytes.ofMiB(8));
      SizeRange range = SizeRange.of(Bytes.ofMiB(2), Bytes.ofMiB(4));
      assertThatThrownBy(() -> pools.expand(volume.id(), range))
          .isInstanceOf(OutOfRange.class)
          .hasMessage(
              "limit_bytes 4194304 is below the 8388608 bytes that an interrupted expansion of volume %s has reached already; images never shrink, so ask for that much",
              volume.id());
      assertThat(volume.image()).hasSize(8 << 20);
    }
  }

  @Test
  void without_a_limit_it_is_brought_to_its_end() {
    try (Pools pools = workshop.open()) {
      Volume volume = interrupted(pools, Bytes.ofMiB(8), Bytes.ofMiB(1));
      assertThat(pools.expand(volume.id(), SizeRange.of(Bytes.ofMiB(2))).size())
          .isEqualTo(Bytes.ofMiB(8));
    }
  }

  @Test
  void what_interrupted_inits_have_left_is_no_hindrance_and_is_swept() throws IOException {
    Files.createDirectories(workshop.directory);
    Files.writeString(workshop.directory.resolve("pool.json.new"), "half");
    Files.writeString(workshop.directory.resolve("pool.json.a1b2c3d4.new"), "half");
    try (Pools _ = workshop.open()) {
      assertThat(workshop.names(".")).noneMatch(name -> name.endsWith(".new"));
    }
  }

  @Test
  void another_pool_in_a_file_of_the_same_number_is_not_ours() throws IOException {
    try (Pools pools = workshop.open()) {
      Volume volume = pools.create(PoolWorkshop.request("v"));
      Path file = workshop.directory.resolve("pool.json");
      byte[] own = Files.readAllBytes(file);
      Files.writeString(file, "another");
      assertThatThrownBy(() -> pools.find(new VolumeId(volume.id().pool(), "missing")))
          .isInstanceOf(VolumeException.PoolMissing.class)
          .hasMessageContaining("its directory leads elsewhere");
      Files.write(file, own);
      assertThat(pools.find(new VolumeId(volume.id().pool(), "missing"))).isEmpty();
    }
  }
}
