package dev.berth.provisioner.election;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A duty that is being done, begun on a thread of its own. */
final class Work {
  private static final Logger LOG = LoggerFactory.getLogger(Work.class);

  private final String name;
  private final Thread beginning;
  private volatile Optional<AutoCloseable> running = Optional.empty();
  private volatile boolean failed;

  Work(String name, Duty duty) {
    this.name = name;
    this.beginning = Thread.ofVirtual().name("begin-" + name).start(() -> begin(duty));
  }

  // The edge to the duty: whatever it fails of, the election goes on.
  private void begin(Duty duty) {
    try {
      running = Optional.of(duty.begin());
    } catch (InterruptedException _) {
      failed = true; // the Lease was lost meanwhile
    } catch (RuntimeException e) {
      LOG.error("the work of {} cannot begin", name, e);
      failed = true;
    }
  }

  /** Whether it could not begin. */
  boolean hasFailed() {
    return failed;
  }

  /** Ends it, and returns when nothing of it runs any more. */
  void end() {
    beginning.interrupt();
    boolean interrupted = false;
    while (beginning.isAlive()) {
      try {
        beginning.join();
      } catch (InterruptedException _) {
        interrupted = true; // two instances must not work at once, so we wait all the same
      }
    }
    try {
      if (running.isPresent()) {
        running.get().close();
      }
    } catch (Exception e) {
      LOG.error("the work of {} did not end well", name, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
