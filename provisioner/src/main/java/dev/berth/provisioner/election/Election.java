package dev.berth.provisioner.election;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for a Lease until it is closed: does the duty while it holds it, ends the duty when it
 * cannot renew it, and stands again.
 */
public final class Election implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Election.class);

  private final Key lease;
  private final String identity;
  private final Duty duty;
  private final Timing timing;
  private final Ballot ballot;
  private final Thread thread;
  private Optional<Thread> casting = Optional.empty(); // the electing thread's
  private long renewed; // nanoTime of the last success, the electing thread's
  private String trouble = ""; // the electing thread's
  private volatile Optional<Work> work = Optional.empty(); // written by the electing thread
  private volatile boolean closed;

  private Election(Cluster cluster, Key lease, String identity, Duty duty, Timing timing) {
    this.lease = lease;
    this.identity = identity;
    this.duty = duty;
    this.timing = timing;
    this.ballot =
        new Ballot(
            cluster, lease, identity, timing.lease(), InstantSource.system(), System::nanoTime);
    this.thread = Thread.ofVirtual().name("election-" + lease.name()).unstarted(this::run);
  }

  /**
   * Stands for the Lease of this key. The cluster need not cache Leases.
   *
   * @param identity who we are, different in every instance: the pod's or node's name
   */
  public static Election start(Cluster cluster, Key lease, String identity, Duty duty) {
    return start(cluster, lease, identity, duty, Timing.DEFAULT);
  }

  /** The same with other times. */
  public static Election start(
      Cluster cluster, Key lease, String identity, Duty duty, Timing timing) {
    Election election = new Election(cluster, lease, identity, duty, timing);
    election.thread.start();
    return election;
  }

  /** Whether the duty is being done here. */
  public boolean leads() {
    return work.isPresent();
  }

  private void run() {
    try {
      while (!closed) {
        round();
        Thread.sleep(pause());
      }
    } catch (InterruptedException _) {
      // only close() interrupts
    } finally {
      boolean _ = Thread.interrupted(); // what is left to do must not be cut short
      stepDown("it is closed");
      release();
    }
  }

  private Duration pause() {
    double more = 1 + ThreadLocalRandom.current().nextDouble() / 5;
    return Duration.ofNanos((long) (timing.retry().toNanos() * more));
  }

  /**
   * Casts with an end: who waits for an answer longer than the Lease holds would not work alone.
   */
  private boolean cast() throws InterruptedException {
    if (casting.isPresent()) {
      casting.get().join(); // a ballot is for one thread; it was interrupted
    }
    FutureTask<Boolean> vote = new FutureTask<>(ballot::cast);
    Thread thread = Thread.ofVirtual().name("vote-" + lease.name()).start(vote);
    casting = Optional.of(thread);
    try {
      return vote.get(left(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new ClusterException.Unavailable("no answer in time", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ClusterException cause) {
        throw cause;
      }
      // Whatever it was, it fails this round only: an election that has ended is never won again.
      throw new ClusterException.Unavailable("the ballot failed: " + e.getCause(), e);
    } finally {
      thread.interrupt();
    }
  }

  private long left() {
    long all = timing.renewal().toNanos();
    return work.isPresent() ? all - (System.nanoTime() - renewed) : all;
  }

  private void round() throws InterruptedException {
    if (work.filter(Work::hasFailed).isPresent()) {
      stepDown("its work could not begin");
      release();
      return;
    }
    long before = System.nanoTime(); // a renewal counts from when it was sent
    try {
      if (cast()) {
        renewed = before;
        trouble = "";
        stepUp();
      } else {
        stepDown("another instance holds it");
      }
    } catch (ClusterException e) {
      complain(String.valueOf(e.getMessage()));
      if (System.nanoTime() - renewed + timing.retry().toNanos() > timing.renewal().toNanos()) {
        stepDown("it could not be renewed: " + e.getMessage());
      }
    }
  }

  private void complain(String why) {
    if (!why.equals(trouble)) {
      LOG.warn("lease {}: {}", lease, why);
    }
    trouble = why;
  }

  private void stepUp() {
    if (work.isEmpty()) {
      LOG.info("lease {}: {} holds it and begins its work", lease, identity);
      work = Optional.of(new Work(lease.name(), duty));
    }
  }

  private void stepDown(String why) {
    if (work.isPresent()) {
      LOG.info("lease {}: {} ends its work, {}", lease, identity, why);
      work.get().end();
      work = Optional.empty();
    }
  }

  private void release() {
    try {
      if (casting.isPresent()) {
        casting.get().join();
      }
      ballot.release();
    } catch (ClusterException e) {
      LOG.info("lease {} could not be given up and ends by itself: {}", lease, e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only close() interrupts, and it has done so
    }
  }

  /** Ends the duty, then gives up the Lease, so that another instance need not wait for its end. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever interrupts does not want to wait
    }
  }
}
