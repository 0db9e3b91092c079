package dev.berth.program;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish to end, SIGTERM or SIGINT. The JVM's shutdown waits until what was opened after this is
 * closed, so that the process ends in order; a second signal does not shorten that.
 */
public final class Stop implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private Stop() {}

  /** From now on signals end {@link #await()} instead of the process. */
  public static Stop onSignal() {
    Stop stop = new Stop();
    Runtime.getRuntime().addShutdownHook(new Thread(stop::ask, "stop"));
    return stop;
  }

  private void ask() {
    if (closed.getCount() == 0) {
      return; // The process ends by itself, with an exit code of its own.
    }
    asked.countDown();
    try {
      boolean inOrder = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!inOrder) {
        System.err.println("berth: did not end in order within " + PATIENCE_SECONDS + " s");
      }
      // Left alone the JVM would answer 143 for a stop that went as it should.
      Runtime.getRuntime().halt(inOrder ? 0 : 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Blocks until somebody wants this process to end. */
  public void await() throws InterruptedException {
    asked.await();
  }

  /** Everything is closed. */
  @Override
  public void close() {
    closed.countDown();
  }
}
