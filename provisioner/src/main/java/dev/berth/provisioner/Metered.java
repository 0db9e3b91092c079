package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.queue.Reconciler;
import java.time.Duration;
import java.util.function.IntSupplier;

/** A reconciler whose work is counted and timed under its name, as client-go does with queues. */
record Metered(Reconciler<Key> inner, Meters meters, IntSupplier depth) implements Reconciler<Key> {
  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Outcome reconcile(Key key) {
    meters.record(Meter.QUEUE_DEPTH, depth.getAsInt(), name());
    long start = System.nanoTime();
    boolean retry = true;
    try {
      Outcome outcome = inner.reconcile(key);
      retry = outcome instanceof Outcome.Failed;
      return outcome;
    } finally {
      meters.count(Meter.QUEUE_ADDS, name());
      if (retry) {
        meters.count(Meter.QUEUE_RETRIES, name());
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      meters.time(Meter.QUEUE_WORK_SECONDS, took, name());
    }
  }
}
