package dev.berth.program.orphan;

import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode;
import dev.berth.csi.v1.VolumeCapability.BlockVolume;
import dev.berth.program.Parts;
import dev.berth.program.csi.CsiServices;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.Deadlines;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.orphan.ClusterId;
import dev.berth.provisioner.orphan.OrphanController;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A pool, the driver over it, a cluster in a file, and what looks for orphans. */
final class World implements AutoCloseable {
  static final String DRIVER = "local.berth.dev";
  static final String NODE = "node-1";
  private static final Linux LINUX = Linux.real();

  private final Parts parts = new Parts();
  private final Path pool;
  private final Cluster cluster;
  private final CsiServices services;
  private final CsiDriver driver;
  private final Orphans orphans;
  final Map<Meter, Double> meters = new EnumMap<>(Meter.class);
  private Duration ahead = Duration.ZERO;

  /** Opens pool and cluster of a folder, or makes them. */
  World(Path folder) {
    this(folder, folder.resolve("cluster.db"), LINUX, cluster -> cluster);
  }

  World(Path folder, Path database, Linux linux, UnaryOperator<Cluster> seenThrough) {
    this(folder, EmbeddedCluster.open(database, Clock.systemUTC()), linux, seenThrough);
  }

  /** The same over another cluster, which is closed with it. */
  World(Path folder, Cluster kept) {
    this(folder, kept, LINUX, cluster -> cluster);
  }

  private World(Path folder, Cluster kept, Linux linux, UnaryOperator<Cluster> seenThrough) {
    this.pool = directory(folder.resolve("pool"));
    this.cluster = parts.opened(kept);
    PoolSettings settings =
        PoolSettings.of(new PoolName("main"), pool, true).withSize(Bytes.ofMiB(64));
    this.services =
        parts.opened(
            CsiServices.open(DRIVER, NODE, List.of(settings), linux, folder.resolve("state")));
    InProcessServer server = parts.opened(InProcessServer.start(services.services()));
    this.driver = CsiDriver.connect(server.channel(), Deadlines.DEFAULT);
    this.orphans =
        new Orphans(
            seenThrough.apply(cluster),
            services.contents(),
            Orphans.Settings.of(DRIVER, NODE),
            () -> Clock.systemUTC().instant().plus(ahead),
            (meter, value, _) -> meters.merge(meter, value, Double::sum));
    if (cluster.get(Kind.NODE, Key.of(NODE)).isEmpty()) {
      cluster.create(new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build());
    }
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Cluster cluster() {
    return cluster;
  }

  Orphans orphans() {
    return orphans;
  }

  CsiServices services() {
    return services;
  }

  CsiDriver driver() {
    return driver;
  }

  String clusterId() {
    return ClusterId.of(cluster).orElseThrow();
  }

  /** So much time goes by, for the orphans' clock alone. */
  World later(Duration by) {
    ahead = ahead.plus(by);
    return this;
  }

  /** One look through the pools, as the controller does it. */
  void sweep() {
    var _ = new OrphanController(orphans).reconcile(Key.of("pools"));
  }

  PersistentVolumeClaim claim(String name) {
    return cluster.create(
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withAccessModes("ReadWriteOnce")
            .withVolumeMode("Block")
            .withStorageClassName("berth")
            .withNewResources()
            .withRequests(Map.of("storage", new Quantity("1Mi")))
            .endResources()
            .endSpec()
            .build());
  }

  /** CreateVolume as the provisioner calls it; then the process is killed. */
  String made(PersistentVolumeClaim claim) {
    return made(claim, clusterId());
  }

  String made(PersistentVolumeClaim claim, String clusterId) {
    String name = "pvc-" + claim.getMetadata().getUid();
    CreateVolumeRequest request =
        CreateVolumeRequest.newBuilder()
            .setName(name)
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1 << 20))
            .addVolumeCapabilities(
                VolumeCapability.newBuilder()
                    .setBlock(BlockVolume.getDefaultInstance())
                    .setAccessMode(
                        AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER)))
            .putParameters("csi.storage.k8s.io/pvc/name", claim.getMetadata().getName())
            .putParameters("csi.storage.k8s.io/pvc/namespace", "default")
            .putParameters("csi.storage.k8s.io/pv/name", name)
            .putParameters("berth.dev/cluster", clusterId)
            .putParameters("berth.dev/claim-uid", claim.getMetadata().getUid())
            .build();
    return switch (driver.create(request)) {
      case Answer.Done<CreateVolumeResponse>(var done) -> done.getVolume().getVolumeId();
      case Answer<CreateVolumeResponse> other -> throw new AssertionError(other);
    };
  }

  /** The PV of a volume, pointing at its claim. */
  void volume(String name, String handle, PersistentVolumeClaim claim) {
    cluster.create(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withAccessModes("ReadWriteOnce")
            .withVolumeMode("Block")
            .withStorageClassName("berth")
            .withCapacity(Map.of("storage", new Quantity("1Mi")))
            .withPersistentVolumeReclaimPolicy("Retain")
            .withNewClaimRef()
            .withNamespace("default")
            .withName(claim.getMetadata().getName())
            .withUid(claim.getMetadata().getUid())
            .endClaimRef()
            .withNewCsi()
            .withDriver(DRIVER)
            .withVolumeHandle(handle)
            .endCsi()
            .endSpec()
            .build());
  }

  /** The claim as it is when it is bound to this PV. */
  void bind(PersistentVolumeClaim claim, String volume) {
    PersistentVolumeClaim now = cluster.get(Kind.CLAIM, Key.of(claim)).orElseThrow();
    cluster.replace(
        new PersistentVolumeClaimBuilder(now)
            .editMetadata()
            .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
            .endMetadata()
            .editSpec()
            .withVolumeName(volume)
            .endSpec()
            .build());
  }

  /** An object goes at once, finalizers or not. */
  <T extends HasMetadata> void gone(Kind<T> kind, Key key) {
    cluster.delete(kind, key, Preconditions.NONE);
    cluster
        .get(kind, key)
        .ifPresent(
            there -> {
              T copy = Json.copy(kind, there);
              copy.getMetadata().setFinalizers(List.of());
              cluster.replace(copy);
            });
  }

  List<String> volumes() {
    return names("volumes");
  }

  List<String> trash() {
    return names("trash");
  }

  Path record(String handle) {
    return pool.resolve("volumes")
        .resolve(handle.substring(handle.indexOf('.') + 1))
        .resolve("volume.json");
  }

  Path pool() {
    return pool;
  }

  private List<String> names(String folder) {
    try (Stream<Path> all = Files.list(pool.resolve(folder))) {
      return all.map(p -> String.valueOf(p.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The events about an object, as {@code reason: message}. */
  List<String> events(String uid) {
    claim("fence"); // events are handed in without waiting; what is written later is behind them
    gone(Kind.CLAIM, Key.of("default", "fence"));
    return cluster.list(Kind.EVENT, Index.EVENT_BY_UID, uid).stream()
        .map(e -> e.getReason() + ": " + e.getMessage())
        .toList();
  }

  @Override
  public void close() {
    parts.close();
  }
}
