package dev.berth.provisioner.simulation;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs only while the world stands still, and stands still while the world runs: at
 * any moment exactly one of them has the baton. So controllers that wait for a call need not know
 * that they are simulated, and nothing happens at the same time.
 */
final class Fiber {
  private final Thread thread;
  private volatile @Nullable Thread world;
  private volatile boolean running;
  private volatile boolean ended;
  private volatile boolean killed;
  private volatile Point point = Point.IDLE;
  private volatile Fault fault = Fault.none();
  private volatile Optional<Throwable> thrown = Optional.empty();

  Fiber(String name, Runnable work) {
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(work));
    thread.start();
  }

  private void run(Runnable work) {
    try {
      await();
      work.run();
    } catch (Crash _) {
      // as it should be
    } catch (RuntimeException | Error e) {
      thrown = Optional.of(e); // a fault of the simulator: the world tells it
    } finally {
      ended = true;
      handBack();
    }
  }

  /** Where it stands. */
  Point point() {
    return point;
  }

  boolean ended() {
    return ended;
  }

  /** Runs until it stands still again; its call ends like this. */
  void go(Fault how) {
    fault = how;
    world = Thread.currentThread();
    running = true;
    LockSupport.unpark(thread);
    while (running) {
      LockSupport.park(this);
    }
    thrown.ifPresent(
        e -> {
          throw new IllegalStateException(thread.getName() + " at " + point, e);
        });
  }

  /** Unwinds it, wherever it stands. */
  void kill() {
    killed = true;
    while (!ended) {
      go(Fault.none());
    }
  }

  /** Called by the fiber: stands still until the world says how it goes on. */
  Fault pause(Point at) {
    if (killed) {
      throw new Crash();
    }
    point = at;
    handBack();
    await();
    return fault;
  }

  private void handBack() {
    running = false;
    LockSupport.unpark(world);
  }

  private void await() {
    while (!running) {
      LockSupport.park(this);
    }
    if (killed) {
      throw new Crash();
    }
  }
}
