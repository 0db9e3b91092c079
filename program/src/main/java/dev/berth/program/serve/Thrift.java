package dev.berth.program.serve;

import java.time.Duration;

/**
 * Gives memory back to the kernel after much was read or done. The collector does that only when it
 * looks through the whole heap, and by itself it does so only when the heap is full: 200 claims
 * made once would be paid for with 40 MB for ever. Looking through it takes some 50 ms.
 */
final class Thrift implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final long WORTH_IT = 8L << 20;

  private final Duration between;
  private final Thread thread;

  /** What was used after the last collection, in bytes; the thread's. */
  private long least;

  private Thrift(Duration between) {
    this.between = between;
    this.thread = Thread.ofVirtual().name("thrift").unstarted(this::run);
  }

  /** Begins to look, now and then. */
  static Thrift start() {
    return start(BETWEEN_LOOKS);
  }

  static Thrift start(Duration between) {
    Thrift thrift = new Thrift(between);
    thrift.thread.start();
    return thrift;
  }

  /** Whether so much can have become garbage that it is worth the look. */
  static boolean isWorthIt(long used, long least) {
    return used - least > WORTH_IT;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(between);
        if (isWorthIt(used(), least)) {
          System.gc();
          least = used();
        }
      }
    } catch (InterruptedException _) {
      // close()
    }
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
