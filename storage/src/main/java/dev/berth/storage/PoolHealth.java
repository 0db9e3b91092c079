package dev.berth.storage;

import java.util.List;

/** Whether a pool can be worked with. */
public sealed interface PoolHealth {
  /**
   * It is there.
   *
   * @param promised the sum of what its volumes, drafts and trash may claim
   * @param available what can still be promised
   * @param damaged what was found damaged and is left alone: the names of volumes, and those of
   *     snapshots and groups with that word before them
   */
  record Ready(PoolId id, Bytes size, Bytes promised, Bytes available, List<String> damaged)
      implements PoolHealth {
    public Ready {
      damaged = List.copyOf(damaged);
    }
  }

  /** It is known and not there; {@code why} says what was found and what to do. */
  record Missing(String why) implements PoolHealth {}
}
