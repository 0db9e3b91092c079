package dev.berth.provisioner;

import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.protection.ClaimProtection;
import dev.berth.provisioner.protection.VolumeProtection;
import dev.berth.provisioner.queue.Backoff;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBindingBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Nodes with the fake driver, the roles that serve them, and of kube-controller-manager only what
 * the roles leave to it and cannot do without.
 */
final class Fleet implements AutoCloseable {
  static final String NAMESPACE = "default";
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Function<List<CacheSpec<?>>, Cluster> open;
  private final Clock clock;
  private final Map<String, FakeCsi> drivers = new ConcurrentHashMap<>();
  private final Map<Meter, Double> metered = new ConcurrentHashMap<>();
  private final Deque<Runnable> endings = new ArrayDeque<>();
  private final Cluster cluster;

  /**
   * An empty fleet.
   *
   * @param open opens a connection with these caches
   */
  Fleet(Function<List<CacheSpec<?>>, Cluster> open, Clock clock) {
    this.open = open;
    this.clock = clock;
    this.cluster =
        connect(
            List.of(
                CacheSpec.of(Kind.CLAIM),
                CacheSpec.of(Kind.VOLUME),
                CacheSpec.of(Kind.POD),
                CacheSpec.of(Kind.EVENT),
                CacheSpec.of(Kind.CSI_STORAGE_CAPACITY)));
    if (cluster.getLive(Kind.NAMESPACE, Key.of(NAMESPACE)).isEmpty()) {
      await().atMost(PATIENCE).until(this::createNamespace);
    }
    Controllers stead = new Controllers(Clock.systemUTC(), Backoff.DEFAULT, Meters.NONE);
    endings.push(stead::close);
    stead.run(new ClaimProtection(cluster), 4);
    stead.run(new VolumeProtection(cluster), 4);
    stead.run(new Rest(cluster), 4);
  }

  private boolean createNamespace() {
    try {
      cluster.create(
          new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build());
      return true;
    } catch (ClusterException.AlreadyExists _) {
      return true;
    }
  }

  private Cluster connect(List<CacheSpec<?>> specs) {
    Cluster connection = open.apply(specs);
    endings.push(connection::close);
    return connection;
  }

  Cluster cluster() {
    return cluster;
  }

  RoleSettings settings(String node) {
    return RoleSettings.of(node, FakeCsi.NAME, NAMESPACE);
  }

  /** A Node that is ready, with its driver; nobody serves it yet. */
  FakeCsi node(String name) {
    cluster.create(
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels(FakeCsi.TOPOLOGY, name)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
    ready(name, true);
    FakeCsi driver = new FakeCsi(name);
    endings.push(driver::close);
    drivers.put(name, driver);
    return driver;
  }

  /** The kubelet says so, or nobody has heard of it for long. */
  void ready(String node, boolean ready) {
    cluster.replaceStatus(
        new NodeBuilder(cluster.getLive(Kind.NODE, Key.of(node)).orElseThrow())
            .editOrNewStatus()
            .withConditions()
            .addNewCondition()
            .withType("Ready")
            .withStatus(ready ? "True" : "Unknown")
            .withLastTransitionTime("2020-01-01T00:00:00Z")
            .endCondition()
            .endStatus()
            .build());
  }

  /** Starts the node role of a node. */
  NodeRole serve(String node) {
    return serve(settings(node));
  }

  NodeRole serve(RoleSettings settings) {
    FakeCsi driver = Objects.requireNonNull(drivers.get(settings.nodeName()));
    NodeRole role =
        NodeRole.start(
            settings, connect(NodeRole.caches(settings)), driver.driver(), clock, this::meter);
    endings.push(role::close);
    return role;
  }

  /** Starts the controller role. */
  ControllerRole control(RoleSettings settings) {
    ControllerRole role =
        ControllerRole.start(
            settings,
            Attaching.NONE,
            connect(ControllerRole.caches(settings, Attaching.NONE)),
            clock,
            this::meter);
    endings.push(role::close);
    return role;
  }

  private void meter(Meter meter, double value, String... labels) {
    if (labels.length != meter.labels().size()) {
      throw new IllegalArgumentException(meter + " has labels " + meter.labels());
    }
    metered.merge(
        meter, value, (before, more) -> meter.type() == Meter.Type.GAUGE ? more : before + more);
  }

  double metered(Meter meter) {
    return metered.getOrDefault(meter, 0.0);
  }

  /** The admission policy, accepted by the API server, and its binding. */
  void guard() {
    ValidatingAdmissionPolicy policy =
        cluster.create(
            new ValidatingAdmissionPolicyBuilder()
                .withNewMetadata()
                .withName(Names.BINDING_GUARD)
                .endMetadata()
                .withNewSpec()
                .withFailurePolicy("Fail")
                .withNewMatchConstraints()
                .addNewResourceRule()
                .withApiGroups("")
                .withApiVersions("v1")
                .withOperations("UPDATE")
                .withResources("persistentvolumeclaims/status")
                .endResourceRule()
                .endMatchConstraints()
                .addNewValidation()
                .withExpression("['" + FakeCsi.NAME + "'].size() == 1")
                .endValidation()
                .endSpec()
                .build());
    cluster.create(
        new ValidatingAdmissionPolicyBindingBuilder()
            .withNewMetadata()
            .withName(Names.BINDING_GUARD)
            .endMetadata()
            .withNewSpec()
            .withPolicyName(Names.BINDING_GUARD)
            .withValidationActions("Deny")
            .endSpec()
            .build());
    cluster.replaceStatus(
        new ValidatingAdmissionPolicyBuilder(policy)
            .withNewStatus()
            .withObservedGeneration(policy.getMetadata().getGeneration())
            .endStatus()
            .build());
  }

  /** The scheduler has placed a pod of the claim. */
  void select(String claim, String node) {
    annotate(claim, Names.SELECTED_NODE, node);
  }

  /** kube-controller-manager asks the driver for the claim's volume. */
  void ask(String claim) {
    annotate(claim, Names.STORAGE_PROVISIONER, FakeCsi.NAME);
  }

  private void annotate(String claim, String name, String value) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(ClusterException.Conflict.class)
        .until(
            () ->
                cluster.replace(
                        new PersistentVolumeClaimBuilder(live(claim))
                            .editMetadata()
                            .addToAnnotations(name, value)
                            .endMetadata()
                            .build())
                    != null);
  }

  private io.fabric8.kubernetes.api.model.PersistentVolumeClaim live(String claim) {
    return cluster.getLive(Kind.CLAIM, Key.of(NAMESPACE, claim)).orElseThrow();
  }

  Claim claim(String name) {
    return new Claim(live(name));
  }

  Optional<Volume> volumeOf(String claim) {
    return cluster.getLive(Kind.VOLUME, Key.of("pvc-" + claim(claim).uid())).map(Volume::new);
  }

  Claim bound(String claim) {
    await().atMost(PATIENCE).until(() -> claim(claim).phase().equals("Bound"));
    return claim(claim);
  }

  /** Until the claim's events have one that begins so. */
  void told(HasMetadata about, String start) {
    await().atMost(PATIENCE).until(() -> events(about).stream().anyMatch(e -> e.startsWith(start)));
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

  List<CSIStorageCapacity> capacities() {
    return cluster.list(Kind.CSI_STORAGE_CAPACITY);
  }

  <T extends HasMetadata> void delete(Kind<T> kind, String name) {
    cluster.delete(
        kind, kind.namespaced() ? Key.of(NAMESPACE, name) : Key.of(name), Preconditions.NONE);
  }

  @Override
  public void close() {
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
