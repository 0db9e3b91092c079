package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import java.util.function.Supplier;

/**
 * What a pool does so that other processes may have it open too. What it has seen of them is a
 * hint; what is decided is decided while a lock is held.
 */
interface Company {
  /**
   * Runs {@code work}, which changes the volume of that name or needs it unchanged, while no other
   * process does.
   *
   * @throws VolumeException.Busy when one does now
   */
  <R> R changing(String volume, Supplier<R> work);

  /**
   * Runs {@code work}, which makes or deletes a group of snapshots, while no other process does.
   *
   * @throws VolumeException.Busy when one does now
   */
  <R> R grouping(Supplier<R> work);

  /** Runs {@code work}, which takes room or counts, after a look at what the others have. */
  <R> R deciding(Supplier<R> work);

  /** Sees what the others have made and removed. */
  void look();

  /** Tells the others about room that was taken for what is not there yet. */
  void reserved(Entry entry, Bytes bytes);

  /** The end of {@link #reserved}. */
  void released(Entry entry);

  /** The pool is one process's. */
  record None() implements Company {
    @Override
    public <R> R changing(String volume, Supplier<R> work) {
      return work.get();
    }

    @Override
    public <R> R grouping(Supplier<R> work) {
      return work.get();
    }

    @Override
    public <R> R deciding(Supplier<R> work) {
      return work.get();
    }

    @Override
    public void look() {}

    @Override
    public void reserved(Entry entry, Bytes bytes) {}

    @Override
    public void released(Entry entry) {}
  }
}
