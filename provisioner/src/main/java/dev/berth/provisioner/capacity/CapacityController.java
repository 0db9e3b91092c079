package dev.berth.provisioner.capacity;

import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the room for volumes of each class of a driver on one node: at once after a change, and
 * then at most once a second. Keys are classes.
 */
public final class CapacityController implements Controller, Room {
  /** The label of every CSIStorageCapacity with the driver whose room it tells. */
  public static final String DRIVER_LABEL = CapacityObjects.DRIVER_LABEL;

  private static final Logger LOG = LoggerFactory.getLogger(CapacityController.class);

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** What else is written to the disk of a pool tells nobody; upstream looks as often. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final CsiDriver driver;
  private final Home home;
  private final CapacityObjects objects;
  private final InstantSource clock;
  private final Meters meters;
  private final Map<Key, Instant> published = new ConcurrentHashMap<>();
  private volatile Consumer<Key> enqueue = _ -> {};

  /**
   * A publisher for one node.
   *
   * @param namespace where the objects are kept
   */
  public CapacityController(
      Cluster cluster,
      CsiDriver driver,
      Home home,
      String namespace,
      InstantSource clock,
      Meters meters) {
    this.cluster = cluster;
    this.driver = driver;
    this.home = home;
    this.objects = new CapacityObjects(home, namespace);
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public String name() {
    return "capacity";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> keys) {
    this.enqueue = keys;
    return List.of(
        cluster.watch(Kind.STORAGE_CLASS, change -> keys.accept(change.key())),
        cluster.watch(Kind.CSI_STORAGE_CAPACITY, change -> objectChanged(change, keys)),
        cluster.watch(Kind.NODE, _ -> changed()));
  }

  /** Somebody deleted ours, or one of ours is left over from a class that has gone. */
  private void objectChanged(Change<CSIStorageCapacity> change, Consumer<Key> keys) {
    if (!(change instanceof Change.Modified) && objects.isOurs(change.object())) {
      keys.accept(Key.of(change.object().getStorageClassName()));
    }
  }

  /** Classes of one driver share its pools, so all of them have less room, or more. */
  @Override
  public void changed() {
    cluster.list(Kind.STORAGE_CLASS).stream()
        .map(Klass::new)
        .filter(klass -> klass.provisioner().equals(home.driver()))
        .forEach(klass -> enqueue.accept(Key.of(klass.name())));
  }

  @Override
  public void publish(String className) {
    try {
      Outcome _ = write(Key.of(className));
    } catch (ClusterException e) {
      LOG.info("capacity of class {} not published: {}", className, e.getMessage());
      enqueue.accept(Key.of(className));
    }
  }

  @Override
  public Outcome reconcile(Key key) {
    Instant last = published.get(key);
    Instant now = clock.instant();
    if (last != null && last.plus(SHORTEST_PAUSE).isAfter(now) && !last.isAfter(now)) {
      return Outcome.again(Duration.between(now, last.plus(SHORTEST_PAUSE)));
    }
    return write(key);
  }

  private Outcome write(Key key) {
    Optional<Klass> klass =
        cluster
            .get(Kind.STORAGE_CLASS, key)
            .map(Klass::new)
            .filter(found -> found.provisioner().equals(home.driver()));
    Optional<Node> node = cluster.get(Kind.NODE, Key.of(home.node()));
    if (klass.isEmpty()) {
      return withdraw(key);
    }
    if (node.isEmpty()) {
      return Outcome.done(); // the watch on it calls again
    }
    published.put(key, clock.instant());
    return switch (room(klass.get())) {
      case Answer.Done<GetCapacityResponse>(var answer) -> {
        store(objects.of(key.name(), node.get(), answer));
        count();
        yield Outcome.again(LONGEST_PAUSE);
      }
      case Answer.Refused<GetCapacityResponse>(var _, String why) -> Outcome.failed(why);
      case Answer.StillRunning<GetCapacityResponse>(String why) -> Outcome.failed(why);
      case Answer.TryAnotherNode<GetCapacityResponse>(String why) -> Outcome.failed(why);
    };
  }

  /**
   * A class whose parameters the driver refuses has the room of one without parameters: with none,
   * no claim of it would ever be placed, and its user would read of missing room instead of the
   * driver's answer to CreateVolume, which says what is wrong.
   */
  private Answer<GetCapacityResponse> room(Klass klass) {
    GetCapacityRequest.Builder request =
        GetCapacityRequest.newBuilder().putAllParameters(klass.parameters());
    home.topology().ifPresent(request::setAccessibleTopology);
    Answer<GetCapacityResponse> answer = driver.capacity(request.build());
    return answer instanceof Answer.Refused<GetCapacityResponse>(Status.Code code, String _)
            && code == Status.Code.INVALID_ARGUMENT
        ? driver.capacity(request.clearParameters().build())
        : answer;
  }

  private void store(CSIStorageCapacity wanted) {
    Optional<CSIStorageCapacity> is = cluster.get(Kind.CSI_STORAGE_CAPACITY, Key.of(wanted));
    if (is.isEmpty()) {
      try {
        cluster.create(wanted);
        return;
      } catch (ClusterException.AlreadyExists _) { // the cache was behind
        is = cluster.getLive(Kind.CSI_STORAGE_CAPACITY, Key.of(wanted));
      }
    }
    if (is.filter(there -> !CapacityObjects.same(there, wanted)).isPresent()) {
      wanted.getMetadata().setResourceVersion(is.get().getMetadata().getResourceVersion());
      cluster.replace(wanted);
    }
  }

  /** The class has gone, or is another driver's now: asked of the cluster, not of the cache. */
  private Outcome withdraw(Key key) {
    published.remove(key);
    Key object = objects.key(key.name());
    Optional<CSIStorageCapacity> is = cluster.get(Kind.CSI_STORAGE_CAPACITY, object);
    boolean still =
        is.isPresent()
            && cluster
                .getLive(Kind.STORAGE_CLASS, key)
                .filter(klass -> new Klass(klass).provisioner().equals(home.driver()))
                .isPresent();
    if (is.isPresent() && !still) {
      try {
        cluster.delete(Kind.CSI_STORAGE_CAPACITY, object, Preconditions.sameObject(is.get()));
      } catch (ClusterException.NotFound _) {
        // somebody else was faster
      }
    }
    count();
    return Outcome.done();
  }

  private void count() {
    long goal =
        cluster.list(Kind.STORAGE_CLASS).stream()
            .filter(klass -> new Klass(klass).provisioner().equals(home.driver()))
            .count();
    List<CSIStorageCapacity> ours =
        cluster.list(Kind.CSI_STORAGE_CAPACITY).stream().filter(objects::isOurs).toList();
    long current =
        ours.stream()
            .filter(
                object ->
                    cluster
                        .get(Kind.STORAGE_CLASS, Key.of(object.getStorageClassName()))
                        .isPresent())
            .count();
    meters.record(Meter.CAPACITIES_GOAL, (double) goal);
    meters.record(Meter.CAPACITIES_CURRENT, (double) current);
    meters.record(Meter.CAPACITIES_OBSOLETE, (double) ours.size() - current);
  }
}
