package dev.berth.provisioner.orphan;

import java.time.Duration;
import java.util.List;

/** The pools of a driver, as far as their volumes may be somebody's leftovers. */
public interface PoolContents {
  /** The pools cannot do what they were asked; the message says which, why and what to do. */
  final class FailedException extends RuntimeException {
    public FailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Every volume of the pools that are there, without damaged ones; asks no disk. */
  List<StoredVolume> volumes();

  /**
   * Writes down with a volume that its PersistentVolume was seen; on disk when it returns. Does
   * nothing when that is written already, or when there is no such volume.
   *
   * @throws FailedException if it cannot be written
   */
  void acknowledge(String handle);

  /**
   * Moves a volume to the trash, where it waits at least so long.
   *
   * @param evenAcknowledged whether it goes although its PersistentVolume was seen
   * @return false when it is not there, or has been acknowledged and that is minded
   * @throws FailedException if it is in use, or the pool cannot do it
   */
  boolean trash(String handle, Duration atLeast, boolean evenAcknowledged);
}
