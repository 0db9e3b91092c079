package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.keptFor;
import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.NotFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pool keeps about whether somebody knows a volume, and how it lets go of one. */
class OrphanInPoolTest {
  private static final Duration DAY = Duration.ofDays(1);
  private PoolWorkshop shop;

  @BeforeEach
  void workshop(@TempDir Path temporary) {
    shop = new PoolWorkshop(temporary);
  }

  @Test
  void a_new_volume_is_not_acknowledged_and_stays_acknowledged_once_it_is() {
    VolumeId id;
    try (Pools pools = shop.open()) {
      id = pools.create(request("a")).id();
      assertThat(pools.get(id).acknowledged()).isFalse();
      assertThat(pools.acknowledge(id).acknowledged()).isTrue();
      assertThat(pools.known(id).orElseThrow().acknowledged()).isTrue();
      assertThat(pools.expand(id, SizeRange.of(Bytes.ofMiB(2))).acknowledged()).isTrue();
    }
    try (Pools pools = shop.open()) {
      assertThat(pools.get(id).acknowledged()).isTrue();
    }
  }

  @Test
  void what_is_acknowledged_already_is_not_written_again() throws IOException {
    try (Pools pools = shop.open()) {
      Volume volume = pools.create(request("a"));
      pools.acknowledge(volume.id());
      Object before = Files.getAttribute(shop.volumeFile(volume), "unix:ino");
      pools.acknowledge(volume.id());
      assertThat(Files.getAttribute(shop.volumeFile(volume), "unix:ino")).isEqualTo(before);
    }
  }

  @Test
  void a_volume_that_is_not_there_cannot_be_acknowledged() {
    try (Pools pools = shop.open()) {
      VolumeId id = new VolumeId(pools.create(request("a")).id().pool(), "b");
      assertThatThrownBy(() -> pools.acknowledge(id))
          .isInstanceOf(NotFound.class)
          .hasMessage("volume " + id + " does not exist");
    }
  }

  @Test
  void an_orphan_goes_only_when_it_is_still_as_it_was_judged() {
    try (Pools pools = shop.open()) {
      VolumeId id = pools.create(request("a")).id();
      pools.acknowledge(id);
      assertThat(pools.trash(id, DAY, v -> !v.acknowledged())).isFalse();
      assertThat(pools.list()).hasSize(1);
      assertThat(shop.names("trash")).isEmpty();
      assertThat(pools.trash(id, DAY, _ -> true)).isTrue();
      assertThat(pools.trash(id, DAY, _ -> true)).isFalse();
    }
  }

  @Test
  void an_orphan_stays_in_the_trash_for_as_long_as_its_class_or_its_finder_says() {
    try (Pools pools = shop.open()) {
      VolumeId atOnce = pools.create(request("a")).id();
      VolumeId week = pools.create(keptFor(request("b"), Duration.ofDays(7))).id();
      pools.trash(atOnce, DAY, _ -> true);
      pools.trash(week, DAY, _ -> true);
      shop.time.advance(DAY.minusMinutes(1));
      assertThat(shop.names("trash")).hasSize(2);
      shop.time.advance(Duration.ofMinutes(2));
      assertThat(shop.names("trash")).singleElement().asString().endsWith("-b");
      shop.time.advance(Duration.ofDays(6));
      assertThat(shop.names("trash")).isEmpty();
    }
  }

  @Test
  void how_long_an_orphan_stays_outlives_the_process() {
    try (Pools pools = shop.open()) {
      pools.trash(pools.create(request("a")).id(), DAY, _ -> true);
    }
    try (Pools _ = shop.open()) {
      shop.time.advance(DAY.minusMinutes(1));
      assertThat(shop.names("trash")).hasSize(1);
      shop.time.advance(Duration.ofMinutes(2));
      assertThat(shop.names("trash")).isEmpty();
    }
  }

  @Test
  void the_trash_gives_way_when_a_new_volume_needs_the_room() throws IOException {
    try (Pools pools = shop.open()) {
      Volume volume = pools.create(request("a"));
      Files.write(volume.image(), new byte[1 << 20]);
      pools.trash(volume.id(), DAY, _ -> true);
      pools.create(request("large", PoolWorkshop.SIZE));
      assertThat(shop.names("trash")).isEmpty();
    }
  }
}
