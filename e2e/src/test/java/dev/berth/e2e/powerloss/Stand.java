package dev.berth.e2e.powerloss;

import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.VolumeId;
import dev.berth.storage.linux.Linux;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** How the pool of these tests is opened, where it is recorded and where it is checked. */
final class Stand {
  /** The clock of the recording begins here, whatever the two machines think of the time. */
  static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  static final Duration UNDELETE = Duration.ofHours(1);
  private static final PoolName NAME = new PoolName("disk");

  private Stand() {}

  static Pools open(
      Linux linux, Path directory, Path state, InstantSource clock, ScheduledExecutorService back) {
    PoolsContext context =
        new PoolsContext(state, clock, back, Duration.ofSeconds(10), Duration.ofMinutes(1));
    return Pools.open(List.of(PoolSettings.of(NAME, directory, true)), linux, context);
  }

  static VolumeId idOf(Pools pools, String volume) {
    return pools.list().stream()
        .map(v -> v.id())
        .filter(id -> id.name().equals(volume))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(volume + " is not there"));
  }
}
