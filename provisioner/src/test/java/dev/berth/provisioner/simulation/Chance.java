package dev.berth.provisioner.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Everything that a seed decides. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** From 0 to below the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** True so often, of a thousand times. */
  boolean perMille(int often) {
    return random.nextInt(1000) < often;
  }

  <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
