package dev.berth.provisioner.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time of a simulated world: it stands still until somebody moves it. */
final class VirtualTime extends Clock {
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("virtual time is UTC");
  }

  /** Forward, or, as somebody sets the clock, backward. */
  void move(Duration by) {
    now = now.plus(by);
  }

  /** Forward to this moment, unless it has passed. */
  void reach(Instant moment) {
    if (moment.isAfter(now)) {
      now = moment;
    }
  }
}
