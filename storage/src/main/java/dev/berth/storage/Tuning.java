package dev.berth.storage;

import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.linux.QueueSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * What may be changed about a volume while it lives; what is empty is as it would be without.
 *
 * @param undelete how long it will wait in the trash, in place of what it was made with
 * @param queue how its device queues requests, wherever and whenever it is attached
 */
public record Tuning(Optional<Duration> undelete, QueueSettings queue) {
  /** Nothing was ever changed. */
  public static final Tuning NONE = new Tuning(Optional.empty(), QueueSettings.NONE);

  public Tuning {
    undelete
        .filter(Duration::isNegative)
        .ifPresent(
            negative -> {
              throw new Invalid("undelete " + negative + " is negative; use 0 for at once");
            });
  }

  /** This with what {@code changes} names. */
  public Tuning with(Tuning changes) {
    QueueSettings other = changes.queue;
    return new Tuning(
        changes.undelete.or(() -> undelete),
        new QueueSettings(
            other.readAhead().or(queue::readAhead),
            other.scheduler().or(queue::scheduler),
            other.discard().or(queue::discard)));
  }

  /** Whether all that {@code asked} names is so here. */
  public boolean has(Tuning asked) {
    return with(asked).equals(this);
  }

  /** Whether there is nothing in it. */
  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * Asserts that a volume of that allocation and content can be so: a directory has no device.
   *
   * @throws Invalid when not
   */
  public Tuning requireFitting(Allocation allocation, Content content) {
    if (content instanceof Content.Directory && !queue.isNone()) {
      throw new Invalid(
          "discard, readAhead and scheduler do not fit a directory volume, which has no device of its own; leave them out, or use kind image");
    }
    if (allocation == Allocation.THICK && queue.discard().orElse(false)) {
      throw new Invalid(
          "discard \"on\" does not fit a thick volume, whose blocks stay its own; leave discard out, or use a thin volume");
    }
    return this;
  }
}
