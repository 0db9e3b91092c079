package dev.berth.provisioner.immediate;

import dev.berth.provisioner.cluster.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a claim waits before it is given to a node again. A node may refuse what it has
 * published room for, for example because filesystems have a least size; without a wait, the claim
 * would go back and forth as fast as the API server allows. The second turn comes at once, for the
 * room of the first node was published anew. Safe for threads.
 */
final class Turns {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private record Turn(Instant at, Duration pause) {}

  private final Map<Key, Turn> last = new HashMap<>();

  /** How long the claim must still wait; zero when it may be given to a node now. */
  synchronized Duration rest(Key claim, Instant now) {
    Turn turn = last.get(claim);
    if (turn == null || now.isBefore(turn.at())) { // never, or the clock was set back
      return Duration.ZERO;
    }
    Duration rest = Duration.between(now, turn.at().plus(turn.pause()));
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  /** The claim is given to a node. */
  synchronized void taken(Key claim, Instant now) {
    Turn before = last.get(claim);
    Duration wait = before == null ? Duration.ZERO : longer(before.pause());
    last.put(claim, new Turn(now, wait));
  }

  private static Duration longer(Duration wait) {
    Duration next = wait.isZero() ? FIRST : wait.multipliedBy(2);
    return next.compareTo(LONGEST) < 0 ? next : LONGEST;
  }

  /** The claim has its volume, or is gone. */
  synchronized void forget(Key claim) {
    last.remove(claim);
  }
}
