package dev.berth.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One lock per key, there only while somebody holds it or waits for it. */
final class KeyLocks {
  private static final class Counted {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  @GuardedBy("this")
  private final Map<String, Counted> locks = new HashMap<>();

  /** Runs {@code work} while nobody else works under {@code key}. */
  <R> R holding(String key, Supplier<R> work) {
    Counted counted = enter(key);
    counted.lock.lock();
    try {
      return work.get();
    } finally {
      counted.lock.unlock();
      leave(key, counted);
    }
  }

  /**
   * Runs {@code work} while nobody else works under {@code key}; when somebody does, refuses.
   *
   * @param what the key stands for, for the message
   * @throws VolumeException.Busy when somebody works under it
   */
  <R> R trying(String key, String what, Supplier<R> work) {
    Counted counted = enter(key);
    try {
      if (!counted.lock.tryLock()) {
        throw new VolumeException.Busy(
            "another operation on " + what + " is under way; try again when it has ended");
      }
      try {
        return work.get();
      } finally {
        counted.lock.unlock();
      }
    } finally {
      leave(key, counted);
    }
  }

  private synchronized Counted enter(String key) {
    Counted counted = locks.computeIfAbsent(key, _ -> new Counted());
    counted.users++;
    return counted;
  }

  private synchronized void leave(String key, Counted counted) {
    counted.users--;
    if (counted.users == 0) {
      locks.remove(key);
    }
  }
}
