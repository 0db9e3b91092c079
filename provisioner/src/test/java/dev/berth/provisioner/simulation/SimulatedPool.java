package dev.berth.provisioner.simulation;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.csi.ClassParameters;
import dev.berth.provisioner.csi.CreationParameters;
import dev.berth.provisioner.orphan.PoolContents;
import dev.berth.provisioner.orphan.StoredVolume;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The pool of a node as one process reaches it; each of its writes may fail, before or after. */
final class SimulatedPool implements PoolContents {
  /** The name of a volume that was there before, and that nobody will ever miss. */
  static final String LEFT = "left";

  private static final String ANOTHER_CLUSTER = "11111111-2222-3333-4444-555555555555";

  /** Is told before a volume goes to the trash. */
  @FunctionalInterface
  interface Trashing {
    /**
     * A volume is about to go.
     *
     * @param looked the revision of the cluster when whoever does it last read all PVs; -1 for
     *     never
     */
    void before(String handle, long looked);
  }

  /** What is written down in the pool of a node; it outlives every process. */
  static final class Notes {
    private final InstantSource clock;
    private final Trashing trashing;
    private final Map<String, Instant> created = new HashMap<>();
    private final Set<String> acknowledged = new HashSet<>();

    Notes(InstantSource clock, Trashing trashing) {
      this.clock = clock;
      this.trashing = trashing;
    }

    void made(String id) {
      created.put(id, clock.instant());
    }

    void acknowledge(String id) {
      acknowledged.add(id);
    }

    /**
     * What was in the pool before: of another cluster, of nobody, somebody's data, and a leftover.
     */
    void find(SimulatedDriver driver, String here) {
      find(driver, "theirs", ANOTHER_CLUSTER);
      find(driver, "unmarked", "");
      find(driver, "data", here);
      acknowledge(driver.id("data"));
      find(driver, LEFT, here);
      made(driver.id(LEFT));
    }

    private void find(SimulatedDriver driver, String name, String cluster) {
      var request = CreateVolumeRequest.newBuilder();
      if (!cluster.isEmpty()) {
        request
            .putParameters(ClassParameters.PREFIX + "pvc/namespace", "default")
            .putParameters(ClassParameters.PREFIX + "pvc/name", "c0")
            .putParameters(CreationParameters.CLUSTER, cluster)
            .putParameters(CreationParameters.CLAIM_UID, "gone");
      }
      driver.find(driver.id(name), request.build());
      created.put(driver.id(name), Instant.EPOCH);
    }

    Stream<StoredVolume> of(SimulatedDriver driver) {
      return driver.volumes().entrySet().stream()
          .map(
              entry ->
                  new StoredVolume(
                      entry.getKey(),
                      driver.node(),
                      entry.getValue().volume().getCapacityBytes(),
                      Objects.requireNonNull(created.get(entry.getKey())),
                      acknowledged.contains(entry.getKey()),
                      madeFor(entry.getValue().request())));
    }

    private static Optional<MadeFor> madeFor(CreateVolumeRequest request) {
      Map<String, String> given = request.getParametersMap();
      return Optional.ofNullable(given.get(ClassParameters.PREFIX + "pvc/name"))
          .map(
              name ->
                  new MadeFor(
                      Optional.ofNullable(given.get(CreationParameters.CLUSTER)),
                      Key.of(
                          given.getOrDefault(ClassParameters.PREFIX + "pvc/namespace", ""), name),
                      Optional.ofNullable(given.get(CreationParameters.CLAIM_UID))));
    }
  }

  private final SimulatedDriver driver;
  private final Pauses pauses;
  private final LongSupplier looked;

  /**
   * A connection to a pool.
   *
   * @param looked the revision of the cluster when this process last read all PVs
   */
  SimulatedPool(SimulatedDriver driver, Pauses pauses, LongSupplier looked) {
    this.driver = driver;
    this.pauses = pauses;
    this.looked = looked;
  }

  @Override
  public List<StoredVolume> volumes() {
    var _ = pauses.at(Point.Stage.CALM, "list pool");
    return driver.notes().of(driver).toList();
  }

  @Override
  public void acknowledge(String handle) {
    Fault fault = pauses.at(Point.Stage.WRITE, "acknowledge " + handle);
    if (!(fault instanceof Fault.Unavailable) && driver.volumes().containsKey(handle)) {
      driver.notes().acknowledge(handle);
    }
    failIf(fault, handle);
  }

  @Override
  public boolean trash(String handle, Duration atLeast, boolean evenAcknowledged) {
    Fault fault = pauses.at(Point.Stage.WRITE, "trash " + handle);
    if (driver.works(handle)) {
      throw new FailedException(
          handle + ": an operation is under way", new IllegalStateException());
    }
    boolean goes =
        !(fault instanceof Fault.Unavailable)
            && driver.volumes().containsKey(handle)
            && (evenAcknowledged || !driver.notes().acknowledged.contains(handle));
    if (goes) {
      driver.notes().trashing.before(handle, looked.getAsLong());
      driver.trash(handle);
    }
    failIf(fault, handle);
    return goes;
  }

  private static void failIf(Fault fault, String handle) {
    if (!(fault instanceof Fault.None)) {
      throw new FailedException(handle + ": the simulated disk fails", new IllegalStateException());
    }
  }
}
