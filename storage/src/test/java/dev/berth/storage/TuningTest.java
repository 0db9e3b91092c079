package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.linux.QueueSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be changed about a volume while it lives. */
class TuningTest {
  private static final Tuning HOUR =
      new Tuning(Optional.of(Duration.ofHours(1)), QueueSettings.NONE);
  private static final Tuning DEADLINE = queue(Optional.of("mq-deadline"), Optional.empty());
  private PoolWorkshop workshop;

  private static Tuning queue(Optional<String> scheduler, Optional<Boolean> discard) {
    return new Tuning(Optional.empty(), new QueueSettings(Optional.empty(), scheduler, discard));
  }

  @BeforeEach
  void workshop(@TempDir Path temporary) {
    workshop = new PoolWorkshop(temporary);
  }

  @Test
  void what_is_not_named_stays_as_it_is_and_all_of_it_is_on_the_disk() {
    VolumeId id;
    try (Pools pools = workshop.open()) {
      id = pools.create(PoolWorkshop.request("v")).id();
      var _ = pools.tune(id, HOUR);
      assertThat(pools.tune(id, DEADLINE).tuning()).isEqualTo(HOUR.with(DEADLINE));
    }
    try (Pools pools = workshop.open()) {
      assertThat(pools.get(id).tuning()).isEqualTo(HOUR.with(DEADLINE));
      assertThat(pools.list().getFirst().tuning()).isEqualTo(HOUR.with(DEADLINE));
    }
  }

  @Test
  void a_deleted_volume_waits_as_long_as_it_was_told_last() {
    try (Pools pools = workshop.open()) {
      VolumeId id =
          pools.create(PoolWorkshop.keptFor(PoolWorkshop.request("v"), Duration.ofDays(7))).id();
      var _ = pools.tune(id, HOUR);
      pools.delete(id);
      workshop.time.advance(Duration.ofMinutes(59));
      assertThat(workshop.names("trash")).hasSize(1);
      workshop.time.advance(Duration.ofMinutes(2));
      assertThat(workshop.names("trash")).isEmpty();
    }
  }

  @Test
  void a_repeated_request_finds_its_volume_whatever_else_was_changed_since() {
    try (Pools pools = workshop.open()) {
      CreateRequest request = PoolWorkshop.request("v").tuned(HOUR);
      Volume made = pools.create(request);
      assertThat(made.tuning()).isEqualTo(HOUR);
      Volume tuned = pools.tune(made.id(), DEADLINE);
      assertThat(pools.create(request)).isEqualTo(tuned);
      assertThat(pools.create(PoolWorkshop.request("v"))).isEqualTo(tuned);
      assertThatThrownBy(
              () -> pools.create(request.tuned(queue(Optional.of("bfq"), Optional.empty()))))
          .isInstanceOf(Conflict.class)
          .hasMessageContaining("mutable parameters");
    }
  }

  @Test
  void a_thick_volume_never_gives_its_blocks_back() {
    Tuning discard = queue(Optional.empty(), Optional.of(true));
    CreateRequest thick = PoolWorkshop.thick(PoolWorkshop.request("v"));
    assertThatThrownBy(() -> thick.tuned(discard)).isInstanceOf(Invalid.class);
    try (Pools pools = workshop.open()) {
      Volume volume = pools.create(thick);
      assertThatThrownBy(() -> pools.tune(volume.id(), HOUR.with(discard)))
          .isInstanceOf(Invalid.class)
          .hasMessageStartingWith("discard \"on\" does not fit a thick volume");
      assertThat(pools.get(volume.id())).isEqualTo(volume);
    }
  }
}
