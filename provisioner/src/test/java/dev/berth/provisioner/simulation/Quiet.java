package dev.berth.provisioner.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * No log lines about failures that the simulator itself has made, while any world of this process
 * is simulated.
 */
final class Quiet implements AutoCloseable {
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.berth.provisioner");

  private static final AtomicInteger WORLDS = new AtomicInteger();

  Quiet() {
    WORLDS.incrementAndGet();
    LOGGER.setLevel(Level.OFF);
  }

  @Override
  public void close() {
    if (WORLDS.decrementAndGet() == 0) {
      LOGGER.setLevel(null);
    }
  }
}
