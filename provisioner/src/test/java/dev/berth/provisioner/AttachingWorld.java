package dev.berth.provisioner;

import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.attachment.AttachingNames;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.NodeView;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIDriverBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Two nodes, a driver that attaches, the controller role; the test is kubelet and user. */
final class AttachingWorld implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final String ONE = "node-one";
  static final String TWO = "node-two";

  private final Function<List<CacheSpec<?>>, Cluster> open;
  private final Deque<Runnable> endings = new ArrayDeque<>();
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final Map<String, Double> metered = new ConcurrentHashMap<>();
  private final FakeAttacher driver = new FakeAttacher();
  private final Cluster cluster;

  AttachingWorld(Function<List<CacheSpec<?>>, Cluster> open) {
    this.open = open;
    endings.push(driver::close);
    this.cluster = connect(List.of(CacheSpec.of(Kind.EVENT)));
    try {
      cluster.create(
          new NamespaceBuilder().withNewMetadata().withName("default").endMetadata().build());
    } catch (ClusterException.AlreadyExists _) {
      // from before
    }
    cluster.create(
        new CSIDriverBuilder()
            .withNewMetadata()
            .withName(FakeAttacher.NAME)
            .endMetadata()
            .withNewSpec()
            .withAttachRequired(true)
            .endSpec()
            .build());
    node(ONE);
    node(TWO);
  }

  private Cluster connect(List<CacheSpec<?>> specs) {
    Cluster connection = open.apply(specs);
    endings.push(connection::close);
    return connection;
  }

  private void node(String name) {
    cluster.create(
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
    cluster.create(
        new CSINodeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .addNewDriver()
            .withName(FakeAttacher.NAME)
            .withNodeID("id-of-" + name)
            .endDriver()
            .endSpec()
            .build());
    ready(name, true);
  }

  FakeAttacher driver() {
    return driver;
  }

  Cluster cluster() {
    return cluster;
  }

  /** Starts the role; closing what it returns is the end of the process. */
  AutoCloseable control() {
    return control(cluster -> cluster);
  }

  /** The same, seen through something that may stop it. */
  AutoCloseable control(UnaryOperator<Cluster> through) {
    return control(through, List.of(driver.driver()), "default");
  }

  /** The role in a pod of this namespace, where another program carries out what it says. */
  AutoCloseable controlOnly(String namespace) {
    return control(cluster -> cluster, List.of(), namespace);
  }

  private AutoCloseable control(
      UnaryOperator<Cluster> through, List<CsiDriver> drivers, String namespace) {
    RoleSettings settings =
        new RoleSettings(
            ONE,
            FakeAttacher.NAME,
            namespace,
            BinderMode.OFF,
            false,
            RoleSettings.LostNodes.DEFAULT);
    Attaching attaching = new Attaching(true, Optional.of(Attaching.FORCE_AFTER), drivers);
    Cluster connection = connect(ControllerRole.caches(settings, attaching));
    ControllerRole role =
        ControllerRole.start(settings, attaching, through.apply(connection), clock(), this::meter);
    endings.push(role::close);
    return role;
  }

  /** The real clock, and what {@link #pass} adds. */
  private Clock clock() {
    InstantSource source = () -> Clock.systemUTC().instant().plus(ahead.get());
    return source.withZone(ZoneOffset.UTC);
  }

  void pass(Duration time) {
    ahead.updateAndGet(time::plus);
  }

  private void meter(Meter meter, double value, String... labels) {
    metered.merge(meter.text() + List.of(labels), value, Double::sum);
  }

  double forced(String reason) {
    return metered.getOrDefault(Meter.FORCED_DETACHES.text() + List.of(reason), 0.0);
  }

  /** A claim that is bound to a PV of the same name and the handle {@code vol-} and the name. */
  void bound(String name, UnaryOperator<PersistentVolumeBuilder> with, String... modes) {
    PersistentVolumeClaim claim =
        cluster.create(
            Objects.claim(name, "")
                .editSpec()
                .withAccessModes(modes)
                .withVolumeName(name)
                .endSpec()
                .build());
    PersistentVolumeBuilder volume =
        Objects.volume(name)
            .editSpec()
            .withAccessModes(modes)
            .editCsi()
            .withDriver(FakeAttacher.NAME)
            .withVolumeHandle("vol-" + name)
            .addToVolumeAttributes("pool", "main")
            .endCsi()
            .endSpec();
    PersistentVolume pv = cluster.create(Objects.claimed(with.apply(volume), claim));
    cluster.replaceStatus(
        new PersistentVolumeBuilder(pv).withNewStatus().withPhase("Bound").endStatus().build());
    cluster.replaceStatus(
        new PersistentVolumeClaimBuilder(claim)
            .withNewStatus()
            .withPhase("Bound")
            .endStatus()
            .build());
  }

  void bound(String name) {
    bound(name, volume -> volume, "ReadWriteOnce");
  }

  /** A pod that the scheduler has placed. */
  Pod pod(String name, String claim, String node) {
    return cluster.create(
        new PodBuilder(Objects.pod(name, claim))
            .editSpec()
            .withNodeName(node)
            .withTerminationGracePeriodSeconds(0L)
            .endSpec()
            .build());
  }

  /** The kubelet, or the garbage collector, has removed it. */
  void gone(Pod pod) {
    cluster.delete(Kind.POD, Key.of(pod), Preconditions.NONE);
  }

  /** The kubelet says which volumes it uses. */
  void uses(String node, String... volumes) {
    List<String> names = new ArrayList<>();
    for (String volume : volumes) {
      names.add(unique(volume));
    }
    status(node, n -> n.editOrNewStatus().withVolumesInUse(names).endStatus());
  }

  static String unique(String volume) {
    return "kubernetes.io/csi/" + FakeAttacher.NAME + "^vol-" + volume;
  }

  /** The kubelet says so, or nobody has heard of it for long. */
  void ready(String node, boolean ready) {
    status(
        node,
        n ->
            n.editOrNewStatus()
                .withConditions()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "Unknown")
                .endCondition()
                .endStatus());
  }

  private void status(String node, UnaryOperator<NodeBuilder> change) {
    insist(() -> cluster.replaceStatus(change.apply(new NodeBuilder(live(node))).build()));
  }

  void outOfService(String node) {
    insist(
        () ->
            cluster.replace(
                new NodeBuilder(live(node))
                    .editSpec()
                    .addNewTaint()
                    .withKey(Names.OUT_OF_SERVICE)
                    .withValue("nodeshutdown")
                    .withEffect("NoExecute")
                    .endTaint()
                    .endSpec()
                    .build()));
  }

  private Node live(String node) {
    return cluster.getLive(Kind.NODE, Key.of(node)).orElseThrow();
  }

  private static void insist(Callable<?> write) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(ClusterException.Conflict.class)
        .until(() -> write.call() != null);
  }

  /** What the kubelet of a node is told is attached. */
  List<String> told(String node) {
    return new NodeView(live(node)).volumesAttached();
  }

  Optional<VolumeAttachment> attachment(String volume, String node) {
    return cluster.getLive(Kind.VOLUME_ATTACHMENT, Key.of(name(volume, node)));
  }

  private static String name(String volume, String node) {
    return AttachingNames.of("vol-" + volume, FakeAttacher.NAME, node);
  }

  boolean attached(String volume, String node) {
    return attachment(volume, node)
        .filter(a -> a.getStatus() != null && Boolean.TRUE.equals(a.getStatus().getAttached()))
        .isPresent();
  }

  /** Until a volume is attached and the kubelet is told; it then says that it uses it. */
  void mounted(String volume, String node) {
    await()
        .atMost(PATIENCE)
        .until(() -> attached(volume, node) && told(node).contains(unique(volume)));
    uses(node, volume);
  }

  void detached(String volume, String node) {
    await().atMost(PATIENCE).until(() -> attachment(volume, node).isEmpty());
  }

  /** Until the object's events have this one. */
  void hears(HasMetadata about, String event) {
    await().atMost(PATIENCE).until(() -> events(about).contains(event));
  }

  List<String> events(HasMetadata about) {
    List<String> texts = new ArrayList<>();
    for (Event event : cluster.list(Kind.EVENT)) {
      if (about.getMetadata().getUid().equals(event.getInvolvedObject().getUid())) {
        texts.add(event.getReason() + ": " + event.getMessage());
      }
    }
    return texts;
  }

  @Override
  public void close() {
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
