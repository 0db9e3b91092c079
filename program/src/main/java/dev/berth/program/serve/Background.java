package dev.berth.program.serve;

import dev.berth.program.Parts;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts that are opened on a thread of their own, because that may take as long as the API server
 * is away, and again after a while when it fails.
 */
final class Background implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

  /** Opens the parts, in order. */
  @FunctionalInterface
  interface Opening {
    /** Puts what it opens into {@code parts}, at once, so that it is closed when the rest fails. */
    void open(Parts parts) throws InterruptedException;
  }

  private final String name;
  private final Opening opening;
  private final Thread thread;
  private volatile Optional<String> trouble;

  /** Changed by the thread, and by who closes after the thread has ended. */
  private Parts parts = new Parts();

  private Background(String name, Opening opening) {
    this.name = name;
    this.opening = opening;
    this.trouble = Optional.of(name + " is still starting");
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Begins to open the parts; returns at once. */
  static Background start(String name, Opening opening) {
    Background background = new Background(name, opening);
    background.thread.start();
    return background;
  }

  /** Why not all parts are open; empty when they are. */
  Optional<String> trouble() {
    return trouble;
  }

  private void run() {
    Duration delay = FIRST_DELAY;
    try {
      while (!open()) {
        LOG.warn("{}: {}; tried again in {} s", name, trouble.orElse(""), delay.toSeconds());
        Thread.sleep(delay);
        Duration next = delay.multipliedBy(2);
        delay = next.compareTo(LONGEST_DELAY) < 0 ? next : LONGEST_DELAY;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // close()
    }
  }

  private boolean open() throws InterruptedException {
    try {
      opening.open(parts);
      trouble = Optional.empty();
      return true;
    } catch (RuntimeException | Error e) { // a class that cannot be loaded is an Error
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException(); // it failed because it is to end
      }
      // The edge of a thread: whatever it is, the CSI services go on and the next try may succeed.
      trouble = Optional.of(Objects.requireNonNullElse(e.getMessage(), e.toString()));
      LOG.debug("{} failed", name, e);
      parts.close();
      parts = new Parts();
      return false;
    }
  }

  /** Stops opening, then closes what is open. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    parts.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
