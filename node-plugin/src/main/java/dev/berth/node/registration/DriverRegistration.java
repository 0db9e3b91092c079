package dev.berth.node.registration;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.FolderWatch;
import dev.berth.csi.server.KeptServer;
import dev.berth.pluginregistration.v1.RegistrationStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One driver: its registration socket and what the kubelet has said of it. */
final class DriverRegistration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DriverRegistration.class);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

  private final KubeletDriver driver;
  private final ScheduledExecutorService scheduler;
  private final Duration firstDelay;
  private final KeptServer server;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private Standing standing = new Standing.Waiting();

  /** How long to wait after the next refusal. */
  @GuardedBy("lock")
  private Duration delay;

  private DriverRegistration(
      KubeletDriver driver,
      Path registry,
      FolderWatch watch,
      ScheduledExecutorService scheduler,
      Duration firstDelay)
      throws IOException {
    this.driver = driver;
    this.scheduler = scheduler;
    this.firstDelay = firstDelay;
    this.delay = firstDelay;
    this.server =
        KeptServer.ofOther(
            new Endpoint(registry.resolve(driver.name() + "-reg.sock")),
            List.of(new RegistrationService(driver, this::heard)),
            watch);
  }

  static DriverRegistration start(
      KubeletDriver driver,
      Path registry,
      FolderWatch watch,
      ScheduledExecutorService scheduler,
      Duration firstDelay)
      throws IOException {
    return new DriverRegistration(driver, registry, watch, scheduler, firstDelay);
  }

  Standing standing() {
    lock.lock();
    try {
      return standing;
    } finally {
      lock.unlock();
    }
  }

  private void heard(RegistrationStatus verdict) {
    lock.lock();
    try {
      if (verdict.getPluginRegistered()) {
        delay = firstDelay;
        standing = new Standing.Registered();
        LOG.info("the kubelet has registered {}", driver.name());
        return;
      }
      standing = new Standing.Refused(verdict.getError());
      LOG.warn(
          "the kubelet did not register {}, it is offered again in {} s: {}",
          driver.name(),
          delay.toSeconds(),
          verdict.getError());
      var _ = scheduler.schedule(this::offerAgain, delay.toMillis(), TimeUnit.MILLISECONDS);
      Duration next = delay.multipliedBy(2);
      delay = next.compareTo(LONGEST_DELAY) < 0 ? next : LONGEST_DELAY;
    } catch (RejectedExecutionException e) {
      LOG.debug("the process is ending, so {} is not offered again", driver.name(), e);
    } finally {
      lock.unlock();
    }
  }

  /** A socket that appears is what the kubelet takes notice of. */
  private void offerAgain() {
    if (!(standing() instanceof Standing.Refused)) {
      return; // it has asked again by itself and changed its mind
    }
    try {
      server.renew();
    } catch (IOException e) {
      LOG.warn("{} cannot be offered to the kubelet now: {}", driver.name(), e.toString());
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
