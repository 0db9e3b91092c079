package dev.berth.provisioner.pod;

import dev.berth.provisioner.attachment.AttachRequired;
import dev.berth.provisioner.attachment.NodeAttachments;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.queue.Backoff;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the volumes of this node's pods mounted as the pods want them, as a kubelet does. One loop
 * reads the desired and the actual state, decides, and starts the steps that may begin; each step
 * runs on a virtual thread of its own and wakes the loop when it ends. Closing it leaves every
 * mount in place; the next start reads from the kernel what there is.
 */
public final class VolumeManager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeManager.class);

  private static final List<Kind<?>> WATCHED =
      List.of(
          Kind.POD,
          Kind.CLAIM,
          Kind.VOLUME,
          Kind.CONFIG_MAP,
          Kind.SECRET,
          Kind.NODE,
          Kind.VOLUME_ATTACHMENT);

  /**
   * How the manager works.
   *
   * @param nodeName the node whose pods it serves
   * @param root the folder that holds pods/ and plugins/; made if absent
   * @param parallel how many steps may run at a time
   * @param backoff how a failed step waits
   * @param resync the longest time until the kernel is looked at again when nothing tells to
   */
  public record Settings(
      String nodeName, Path root, int parallel, Backoff backoff, Duration resync) {
    public Settings {
      if (nodeName.isEmpty()) {
        throw new IllegalArgumentException("nodeName \"\": must be the name of this node");
      }
      if (parallel < 1) {
        throw new IllegalArgumentException("parallel " + parallel + ": must be at least 1");
      }
    }

    /** Eight steps at a time, retried after 200 ms up to two minutes, a look every minute. */
    public static Settings of(String nodeName, Path root) {
      return new Settings(
          nodeName,
          root,
          8,
          new Backoff(Duration.ofMillis(200), Duration.ofMinutes(2), 0.2),
          Duration.ofMinutes(1));
    }
  }

  private record End(Step step, Outcome outcome) {}

  private final Settings settings;
  private final InstantSource clock;
  private final NodeAttachments attachments;
  private final DesiredReader desiredReader;
  private final ActualReader actualReader;
  private final Actions actions;
  private final Progress progress;
  private final Semaphore room;
  private final Queue<End> ends = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<Boolean> wake = new LinkedBlockingQueue<>(1);
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean closed;

  private VolumeManager(Settings settings, Layout layout, Parts parts, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.attachments =
        new NodeAttachments(
            parts.cluster(),
            settings.nodeName(),
            new AttachRequired(parts.cluster(), List.copyOf(parts.drivers().values())));
    this.desiredReader =
        new DesiredReader(
            parts.cluster(),
            settings.nodeName(),
            new ClaimVolumes(parts.cluster(), attachments, parts.drivers()),
            new InlineVolumes(parts.drivers()));
    this.actualReader = new ActualReader(layout, parts.mounts());
    CsiMounter csi =
        new CsiMounter(layout, parts.mounts(), new Secrets(parts.cluster()), parts.drivers());
    this.actions =
        new Actions(
            parts.cluster(),
            csi,
            new PodFolders(layout, parts.mounts(), parts.cluster(), clock),
            new SubPaths(layout, parts.mounts()),
            new PodWriter(parts.cluster(), clock),
            new NodeExpansion(layout, parts.cluster(), csi));
    this.progress = new Progress(settings.backoff(), RandomGenerator.getDefault());
    this.room = new Semaphore(settings.parallel());
  }

  private record Parts(Cluster cluster, Map<String, CsiDriver> drivers, HostMounts mounts) {}

  /**
   * Starts. What pods of an earlier run have left is taken over or cleaned up first.
   *
   * @param drivers the CSI drivers of this node
   * @throws UncheckedIOException if the root folder cannot be made
   */
  public static VolumeManager start(
      Settings settings,
      Cluster cluster,
      List<CsiDriver> drivers,
      HostMounts mounts,
      InstantSource clock) {
    Map<String, CsiDriver> byName =
        drivers.stream().collect(Collectors.toMap(CsiDriver::name, Function.identity()));
    VolumeManager manager =
        new VolumeManager(
            settings, Layout.make(settings.root()), new Parts(cluster, byName, mounts), clock);
    for (Kind<?> kind : WATCHED) {
      manager.subscriptions.add(cluster.watch(kind, _ -> manager.signal()));
    }
    manager.threads.execute(manager::loop);
    return manager;
  }

  /** Something may have changed: look again. Many signals before a look are one. */
  private void signal() {
    wake.offer(true);
  }

  /** Ends the loop, waits for the steps that run, and leaves all mounts in place. */
  @Override
  public void close() {
    closed = true;
    subscriptions.forEach(Subscription::close);
    signal();
    threads.close();
  }

  private void loop() {
    Duration wait = Duration.ZERO;
    try {
      while (!closed) {
        wake.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        wait = closed ? wait : round();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** One look and what follows from it; returns how long to sleep unless something wakes. */
  // The edge of the loop: an unreadable folder or a store that is away must not end it.
  @SuppressWarnings("CatchingUnchecked")
  private Duration round() {
    // Only this loop begins steps, so whatever ended before now is seen by the reads below, and
    // whatever still runs keeps its lane.
    for (End end = ends.poll(); end != null; end = ends.poll()) {
      if (progress.end(end.step(), end.outcome(), clock.instant())
          && end.outcome() instanceof Outcome.Failed(String why)) {
        LOG.warn("{}: {}", end.step().getClass().getSimpleName(), why);
      }
    }
    try {
      Desired desired = desiredReader.read();
      Actual actual = actualReader.read(progress.known());
      tellWhatIsUsed(desired, actual);
      List<Step> steps = Decision.decide(desired, actual);
      progress.retain(steps, desired.uids());
      steps.forEach(this::begin);
    } catch (ClusterException | IOException | UncheckedIOException e) {
      LOG.warn("the volumes of this node cannot be looked at: {}", e.getMessage());
      return settings.backoff().first();
    } catch (RuntimeException e) {
      LOG.error("the volumes of this node cannot be looked at", e);
      return settings.backoff().max();
    }
    return progress.nextDue().map(this::until).orElse(settings.resync());
  }

  /** In the Node's status, before anything that must be attached is mounted. */
  private void tellWhatIsUsed(Desired desired, Actual actual) {
    Set<String> listed = new HashSet<>();
    Uses.of(desired, actual)
        .forEach(v -> attachments.listed(v.driver(), v.handle()).ifPresent(listed::add));
    try {
      attachments.use(listed);
    } catch (ClusterException.Conflict _) {
      signal(); // somebody wrote the Node in between: look again
    }
  }

  private Duration until(Instant due) {
    Duration wait = Duration.between(clock.instant(), due);
    if (wait.compareTo(settings.resync()) > 0) {
      return settings.resync();
    }
    return wait.isPositive() ? wait.plusMillis(1) : Duration.ofMillis(1);
  }

  private void begin(Step step) {
    if (!progress.begin(step, clock.instant())) {
      return;
    }
    threads.execute(
        () -> {
          Outcome outcome = Outcome.failed("not begun");
          try {
            room.acquire();
            try {
              if (!closed) { // what waited for room is for the next start
                outcome = actions.act(step);
              }
            } finally {
              room.release();
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
          } finally {
            ends.add(new End(step, outcome));
            signal();
          }
        });
  }
}
