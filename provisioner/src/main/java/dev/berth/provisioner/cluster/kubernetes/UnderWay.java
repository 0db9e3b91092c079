package dev.berth.provisioner.cluster.kubernetes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many requests are under way that somebody waits for. A claim that is bound takes four and is
 * told of by two events: with these in between, a burst of claims takes half as long again.
 */
final class UnderWay {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();

  @GuardedBy("lock")
  private int count;

  void begin() {
    lock.lock();
    try {
      count++;
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      count--;
      if (count == 0) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns when there are none, after this time at the latest, or when interrupted. */
  void awaitNone(Duration atMost) {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (count > 0 && left > 0) {
        left = none.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the request that follows sees it
    } finally {
      lock.unlock();
    }
  }
}
