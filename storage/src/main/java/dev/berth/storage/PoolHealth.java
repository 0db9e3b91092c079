package dev.berth.storage;

import java.util.List;

/** Whether a pool can be worked with. */
public sealed interface PoolHealth {
  /**
   * It is there.
   *
   * @param promised the sum of what its volumes, drafts and trash may claim
   * @param available what can still be promised
   * @param damaged the names of volumes that were found damaged and are left alone
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
