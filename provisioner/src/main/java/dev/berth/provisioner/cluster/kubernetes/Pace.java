package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.queue.Backoff;
import java.time.Duration;

/**
 * How a cache follows the server.
 *
 * @param page how many objects are asked for at once
 * @param watch after what time the server is to end a watch; up to twice as long is asked for
 * @param silence how long a watch may be without a word; servers send a bookmark every minute,
 *     unless nothing at all has changed since they started
 * @param retries how long to wait after failures
 */
record Pace(int page, Duration watch, Duration silence, Backoff retries) {
  static final Pace DEFAULT =
      new Pace(
          500,
          Duration.ofMinutes(5),
          Duration.ofSeconds(150),
          new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), 0.5));
}
