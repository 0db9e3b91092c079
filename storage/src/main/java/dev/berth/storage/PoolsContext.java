package dev.berth.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What pools are handed from outside.
 *
 * @param stateDirectory where the list of known pools is kept; made when it is not there
 * @param clock for the times of creation and deletion
 * @param background empties the trash; the pools neither own it nor shut it down
 * @param lockPatience how long to wait for another process to let go of a pool
 * @param formatDeadline how long making one filesystem may take
 * @param copies runs copies that go on in the background; not one thread alone, for they take long
 * @param copyPatience how long a call waits for such a copy before it answers that it goes on
 */
public record PoolsContext(
    Path stateDirectory,
    InstantSource clock,
    ScheduledExecutorService background,
    Duration lockPatience,
    Duration formatDeadline,
    Executor copies,
    Duration copyPatience) {
  /** With a thread of its own for each copy, which a call waits two seconds for. */
  public PoolsContext(
      Path stateDirectory,
      InstantSource clock,
      ScheduledExecutorService background,
      Duration lockPatience,
      Duration formatDeadline) {
    this(
        stateDirectory,
        clock,
        background,
        lockPatience,
        formatDeadline,
        copy -> Thread.ofPlatform().daemon().name("volume-copy").start(copy),
        Duration.ofSeconds(2));
  }

  /** The same with another way to copy. */
  public PoolsContext copying(Executor executor, Duration patience) {
    return new PoolsContext(
        stateDirectory, clock, background, lockPatience, formatDeadline, executor, patience);
  }

  /** The usual patience: 10 seconds for a lock, 10 minutes for a filesystem. */
  public static PoolsContext of(
      Path stateDirectory, InstantSource clock, ScheduledExecutorService background) {
    return new PoolsContext(
        stateDirectory, clock, background, Duration.ofSeconds(10), Duration.ofMinutes(10));
  }
}
