package dev.berth.storage.linux.recorded;

import java.util.concurrent.atomic.AtomicInteger;
import jnr.constants.platform.Errno;

/** What happens before a call of {@link FaultyLinux}: nothing, or anything that a test throws. */
@FunctionalInterface
public interface Faults {
  /**
   * Throws what the call shall end with, or returns and lets it through.
   *
   * @param call the method's name, for example {@code bind} or {@code syncDirectory}
   * @param arguments for people
   */
  void before(String call, String arguments);

  /** The n-th call of that name, counted from 1, fails with an errno; all others go through. */
  static Faults nth(String name, int n, String errno) {
    Errno number = Errno.valueOf(errno);
    AtomicInteger seen = new AtomicInteger();
    return (call, arguments) -> {
      if (call.equals(name) && seen.incrementAndGet() == n) {
        throw Refusal.of(call, arguments, number);
      }
    };
  }

  /** The n-th call of any name, counted from 1, fails with an errno. */
  static Faults nthOfAll(int n, String errno) {
    Errno number = Errno.valueOf(errno);
    AtomicInteger seen = new AtomicInteger();
    return (call, arguments) -> {
      if (seen.incrementAndGet() == n) {
        throw Refusal.of(call, arguments, number);
      }
    };
  }
}
