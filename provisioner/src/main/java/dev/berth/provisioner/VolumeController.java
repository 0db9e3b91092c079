package dev.berth.provisioner;

import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.provisioner.claim.ClaimController;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.DriverUnavailableException;
import dev.berth.provisioner.expansion.ExpansionController;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.placement.NodeRegistration;
import dev.berth.provisioner.placement.PlacementController;
import dev.berth.provisioner.pod.HostMounts;
import dev.berth.provisioner.pod.VolumeManager;
import dev.berth.provisioner.protection.ClaimProtection;
import dev.berth.provisioner.protection.VolumeProtection;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.WorkQueue;
import dev.berth.provisioner.queue.Workers;
import dev.berth.provisioner.volume.PersistentVolumeController;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * All controllers of a machine without Kubernetes. What has been mounted and made stays when this
 * is closed; the next start takes it over.
 */
public final class VolumeController implements AutoCloseable {
  private static final int IDENTITY_RANDOM = 10_000;

  private final Settings settings;
  private final Cluster cluster;
  private final Clock clock;
  private final Random random = new Random();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What was started, the last first. */
  private final Deque<Runnable> endings = new ArrayDeque<>();

  private VolumeController(Settings settings, Cluster cluster, Clock clock) {
    this.settings = settings;
    this.cluster = cluster;
    this.clock = clock;
  }

  /**
   * Registers the node and starts every controller and the volume manager.
   *
   * @param mounts what the volume manager asks of the kernel
   * @throws DriverUnavailableException if the driver does not say where the node stands
   */
  public static VolumeController start(
      Settings settings, Cluster cluster, CsiDriver driver, HostMounts mounts, Clock clock) {
    VolumeController controller = new VolumeController(settings, cluster, clock);
    try {
      controller.startAll(driver, mounts);
      return controller;
    } catch (RuntimeException e) {
      controller.close();
      throw e;
    }
  }

  private void startAll(CsiDriver driver, HostMounts mounts) {
    endings.push(threads::close);
    Home home = home(driver);
    NodeRegistration.ensure(
        cluster,
        settings.nodeName(),
        home.topology().map(here -> here.getSegmentsMap()).orElseGet(Map::of));
    run(new ClaimController(cluster, driver, home), settings.workers());
    run(new PersistentVolumeController(cluster, driver), settings.workers());
    run(new ExpansionController(cluster, driver, clock), settings.workers());
    run(new ClaimProtection(cluster), 1);
    run(new VolumeProtection(cluster), 1);
    run(new PlacementController(cluster, settings.nodeName(), clock), 1);
    VolumeManager volumes =
        VolumeManager.start(
            VolumeManager.Settings.of(settings.nodeName(), settings.root()),
            cluster,
            List.of(driver),
            mounts,
            clock);
    endings.push(volumes::close);
  }

  private Home home(CsiDriver driver) {
    Answer<NodeGetInfoResponse> answer = driver.nodeInfo();
    if (!(answer instanceof Answer.Done<NodeGetInfoResponse>(NodeGetInfoResponse info))) {
      throw new DriverUnavailableException("NodeGetInfo of " + driver.name() + ": " + answer);
    }
    String identity =
        "%d-%d-%s-%s"
            .formatted(
                clock.millis(),
                random.nextInt(IDENTITY_RANDOM),
                driver.name(),
                settings.nodeName());
    return new Home(
        driver.name(),
        driver.capabilities(),
        settings.nodeName(),
        info.hasAccessibleTopology() ? Optional.of(info.getAccessibleTopology()) : Optional.empty(),
        identity);
  }

  private void run(Controller controller, int workers) {
    WorkQueue<Key> queue = new WorkQueue<>(clock);
    Workers<Key> running =
        new Workers<>(queue, new SoonAfterConflict(controller), settings.backoff(), random)
            .start(workers, threads);
    endings.push(running::close);
    controller.watch(queue::add).forEach(subscription -> endings.push(subscription::close));
  }

  /** Stops the watches, waits until each worker has ended what it is doing; mounts stay. */
  @Override
  public void close() {
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
