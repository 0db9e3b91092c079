package dev.berth.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What pools are handed from outside.
 *
 * @param stateDirectory where the list of known pools is kept; made when it is not there
 * @param clock for the times of creation and deletion
 * @param background empties the trash; the pools neither own it nor shut it down
 * @param lockPatience how long to wait for another process to let go of a pool
 * @param formatDeadline how long making one filesystem may take
 */
public record PoolsContext(
    Path stateDirectory,
    InstantSource clock,
    ScheduledExecutorService background,
    Duration lockPatience,
    Duration formatDeadline) {
  /** The usual patience: 10 seconds for a lock, 10 minutes for a filesystem. */
  public static PoolsContext of(
      Path stateDirectory, InstantSource clock, ScheduledExecutorService background) {
    return new PoolsContext(
        stateDirectory, clock, background, Duration.ofSeconds(10), Duration.ofMinutes(10));
  }
}
