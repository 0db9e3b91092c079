package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretReference;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacityBuilder;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the two roles promise, whatever cluster they work in. */
abstract class RolesContract {
  private static final long MIB = 1 << 20;
  private static final String ONE = "node-one";
  private static final String TWO = "node-two";

  private Fleet fleet;

  /** A connection with these caches; all of one test see the same objects, and no others. */
  abstract Cluster open(List<CacheSpec<?>> specs);

  @BeforeEach
  void start() {
    // Half a minute ahead, so that a guard that has just been made has settled.
    InstantSource ahead = () -> Clock.systemUTC().instant().plusSeconds(30);
    fleet = new Fleet(this::open, ahead.withZone(ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    fleet.close();
    close();
  }

  /** After the last connection has been closed. */
  abstract void close();

  private static PersistentVolumeClaim waitingClaim(String name) {
    return Objects.claim(name, "local").build();
  }

  private void assertNothingHappensTo(String claim) {
    await()
        .during(Duration.ofMillis(500))
        .atMost(Fleet.PATIENCE)
        .until(() -> fleet.claim(claim).volumeName().isEmpty() && fleet.volumeOf(claim).isEmpty());
  }

  @Test
  void a_claim_is_made_on_its_selected_node_and_bound_without_anybodys_help() {
    fleet.guard();
    FakeCsi one = fleet.node(ONE);
    FakeCsi two = fleet.node(TWO);
    fleet.cluster().create(Objects.waiting("local"));
    fleet.serve(ONE);
    fleet.serve(TWO);
    fleet.cluster().create(waitingClaim("data"));
    assertNothingHappensTo("data");
    fleet.select("data", TWO);

    Claim claim = fleet.bound("data");
    assertThat(claim.capacity()).isEqualTo(new Bytes(64 * MIB));
    assertThat(claim.raw().getStatus().getAccessModes()).containsExactly("ReadWriteOnce");
    assertThat(claim.raw().getMetadata().getAnnotations())
        .containsEntry(Names.BIND_COMPLETED, "yes")
        .containsEntry(Names.BOUND_BY_CONTROLLER, "yes")
        .containsEntry(Names.STORAGE_PROVISIONER, FakeCsi.NAME)
        .containsEntry(Names.SELECTED_NODE, TWO);
    assertThat(claim.raw().getMetadata().getFinalizers()).containsExactly(Names.CLAIM_PROTECTION);
    assertThat(one.volumes()).isEmpty();
    assertThat(two.volumes()).containsExactly("pvc-" + claim.uid());
    Volume volume = fleet.volumeOf("data").orElseThrow();
    assertThat(volume.phase()).isEqualTo("Bound");
    assertThat(volume.raw().getMetadata().getLabels()).containsEntry(FakeCsi.TOPOLOGY, TWO);
    assertThat(volume.raw().getMetadata().getAnnotations())
        .containsEntry(Names.PROVISIONED_BY, FakeCsi.NAME)
        .containsEntry(Names.DELETION_SECRET_NAME, "")
        .containsEntry(Names.DELETION_SECRET_NAMESPACE, "")
        .doesNotContainKey(Names.BOUND_BY_CONTROLLER);
    assertThat(volume.raw().getSpec().getClaimRef().getUid()).isEqualTo(claim.uid());
    assertThat(two.request(volume.name()).orElseThrow().getAccessibilityRequirements())
        .satisfies(
            strict -> {
              assertThat(strict.getRequisiteList()).isEqualTo(strict.getPreferredList());
              assertThat(strict.getRequisite(0).getSegmentsMap())
                  .isEqualTo(Map.of(FakeCsi.TOPOLOGY, TWO));
            });
    assertThat(fleet.metered(Meter.PROVISION_TOTAL)).isEqualTo(1);
    assertThat(fleet.metered(Meter.BIND_TOTAL)).isEqualTo(1);
    fleet.told(claim.raw(), "ProvisioningSucceeded: Successfully provisioned volume pvc-");
  }

  @Test
  void without_the_guard_the_volume_is_made_when_asked_for_and_another_binds() {
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.waiting("local"));
    fleet.serve(ONE);
    fleet.cluster().create(waitingClaim("data"));
    fleet.select("data", ONE);
    assertNothingHappensTo("data");
    fleet.ask("data");
    await().atMost(Fleet.PATIENCE).until(() -> fleet.volumeOf("data").isPresent());
    await()
        .atMost(Fleet.PATIENCE)
        .until(() -> !fleet.claim("data").hasFinalizer(Names.CREATING_FINALIZER));
    assertThat(driver.volumes()).hasSize(1);
    assertThat(fleet.claim("data").volumeName()).isEmpty();
    assertThat(fleet.claim("data").phase()).isEqualTo("Pending");
    assertThat(fleet.volumeOf("data").orElseThrow().phase()).isNotEqualTo("Bound");
  }

  @Test
  void a_binder_that_is_off_never_binds() {
    fleet.guard();
    FakeCsi _ = fleet.node(ONE);
    fleet.cluster().create(Objects.waiting("local"));
    fleet.serve(
        new RoleSettings(
            ONE,
            FakeCsi.NAME,
            Fleet.NAMESPACE,
            BinderMode.OFF,
            false,
            RoleSettings.LostNodes.DEFAULT));
    fleet.cluster().create(waitingClaim("data"));
    fleet.select("data", ONE);
    fleet.ask("data");
    await().atMost(Fleet.PATIENCE).until(() -> fleet.volumeOf("data").isPresent());
    await()
        .during(Duration.ofMillis(300))
        .atMost(Fleet.PATIENCE)
        .until(() -> fleet.claim("data").volumeName().isEmpty());
  }

  @Test
  void claims_that_wait_for_no_pod_go_where_there_is_most_room() {
    fleet.guard();
    FakeCsi one = fleet.node(ONE);
    FakeCsi two = fleet.node(TWO);
    one.poolSize(320 * MIB);
    two.poolSize(192 * MIB);
    fleet.cluster().create(Objects.klass("fast").build());
    fleet.serve(ONE);
    fleet.serve(TWO);
    await().atMost(Fleet.PATIENCE).until(() -> fleet.capacities().size() == 2);
    fleet.control(fleet.settings(ONE));
    IntStream.range(0, 8)
        .forEach(i -> fleet.cluster().create(Objects.claim("data-" + i, "fast").build()));
    IntStream.range(0, 8).forEach(i -> fleet.bound("data-" + i));
    assertThat(one.volumes()).hasSize(5);
    assertThat(two.volumes()).hasSize(3);

    PersistentVolumeClaim late = fleet.cluster().create(Objects.claim("late", "fast").build());
    fleet.told(
        late,
        "ProvisioningFailed: failed to provision volume with StorageClass \"fast\": no node has"
            + " room for 64Mi: the most is 0 on node-");
    fleet.delete(Kind.CLAIM, "data-0");
    fleet.bound("late");
  }

  @Test
  void a_claim_that_a_volume_at_hand_would_satisfy_is_left_alone() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.klass("fast").build());
    fleet
        .cluster()
        .create(Objects.volume("ready").editSpec().withStorageClassName("fast").endSpec().build());
    fleet.serve(ONE);
    fleet.control(fleet.settings(ONE));
    fleet.cluster().create(Objects.claim("data", "fast").build());
    await()
        .during(Duration.ofMillis(500))
        .atMost(Fleet.PATIENCE)
        .until(() -> fleet.claim("data").selectedNode().isEmpty());
    assertThat(driver.calls()).doesNotContain("CreateVolume");
    fleet.delete(Kind.VOLUME, "ready");
    fleet.bound("data");
  }

  @Test
  void a_full_node_says_so_and_sends_the_pod_elsewhere() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.waiting("local"));
    fleet.serve(ONE);
    await().atMost(Fleet.PATIENCE).until(() -> fleet.capacities().size() == 1);
    driver.poolSize(MIB);
    PersistentVolumeClaim claim = fleet.cluster().create(waitingClaim("data"));
    fleet.select("data", ONE);
    fleet.told(
        claim,
        "ProvisioningFailed: failed to provision volume with StorageClass \"local\": rpc error:"
            + " code = ResourceExhausted desc = pool main has 1048576 bytes free");
    await().atMost(Fleet.PATIENCE).until(() -> fleet.claim("data").selectedNode().isEmpty());
    assertThat(fleet.claim("data").hasFinalizer(Names.CREATING_FINALIZER)).isFalse();
    // Before the choice was taken back: who chooses next already knows.
    assertThat(
            fleet
                .cluster()
                .getLive(Kind.CSI_STORAGE_CAPACITY, Key.of(fleet.capacities().getFirst()))
                .orElseThrow()
                .getMaximumVolumeSize())
        .isEqualTo(new Quantity("1Mi"));
    assertThat(fleet.metered(Meter.PROVISION_FAILED_TOTAL)).isGreaterThanOrEqualTo(1);
  }

  @Test
  void a_source_that_a_populator_fills_from_is_left_to_it_and_any_other_is_refused() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.klass("fast").build());
    fleet.serve(ONE);
    fleet.control(fleet.settings(ONE));
    PersistentVolumeClaim populated =
        fleet
            .cluster()
            .create(
                Objects.claim("populated", "fast")
                    .editSpec()
                    .withNewDataSourceRef("hello.example.com", "Hello", "world", null)
                    .endSpec()
                    .build());
    PersistentVolumeClaim restored =
        fleet
            .cluster()
            .create(
                Objects.claim("restored", "fast")
                    .editSpec()
                    .withNewDataSourceRef("snapshot.storage.k8s.io", "VolumeSnapshot", "old", null)
                    .endSpec()
                    .build());
    fleet.told(
        populated,
        "Provisioning: Assuming an external populator will provision the volume:"
            + " spec.dataSourceRef is Hello.hello.example.com \"world\"");
    fleet.told(
        restored,
        "ProvisioningFailed: failed to provision volume with StorageClass \"fast\":"
            + " spec.dataSource: snapshots and clones are not supported in clusters yet; remove"
            + " it from the claim");
    assertThat(driver.calls()).doesNotContain("CreateVolume");
    assertThat(fleet.claim("populated").selectedNode()).isEmpty();
  }

  private CSIStorageCapacity onlyCapacity() {
    return fleet.capacities().stream()
        .filter(object -> object.getStorageClassName().equals("local"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void room_is_published_once_per_class_and_withdrawn_with_it() {
    FakeCsi driver = fleet.node(ONE);
    driver.poolSize(256 * MIB);
    fleet.cluster().create(Objects.waiting("local"));
    CSIStorageCapacity foreign =
        fleet
            .cluster()
            .create(
                new CSIStorageCapacityBuilder()
                    .withNewMetadata()
                    .withNamespace(Fleet.NAMESPACE)
                    .withName("csisc-other")
                    .addToLabels("csi.storage.k8s.io/drivername", FakeCsi.NAME)
                    .addToLabels("csi.storage.k8s.io/managed-by", "somebody")
                    .endMetadata()
                    .withStorageClassName("gone")
                    .withCapacity(new Quantity("1Gi"))
                    .build());
    fleet.serve(ONE);
    await().atMost(Fleet.PATIENCE).until(() -> fleet.capacities().size() == 2);
    CSIStorageCapacity object = onlyCapacity();
    assertThat(object.getMaximumVolumeSize()).isEqualTo(new Quantity("256Mi"));
    assertThat(object.getCapacity()).isEqualTo(new Quantity("256Mi"));
    assertThat(object.getNodeTopology().getMatchLabels()).isEqualTo(Map.of(FakeCsi.TOPOLOGY, ONE));
    assertThat(object.getMetadata().getLabels())
        .containsEntry("csi.storage.k8s.io/drivername", FakeCsi.NAME)
        .containsEntry("csi.storage.k8s.io/managed-by", "external-provisioner-" + ONE);
    assertThat(object.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getKind()).isEqualTo("Node");
              assertThat(owner.getName()).isEqualTo(ONE);
            });

    fleet.cluster().create(waitingClaim("data"));
    fleet.select("data", ONE);
    fleet.ask("data");
    await()
        .atMost(Fleet.PATIENCE)
        .until(() -> onlyCapacity().getMaximumVolumeSize().equals(new Quantity("192Mi")));
    assertThat(onlyCapacity().getMetadata().getName()).isEqualTo(object.getMetadata().getName());

    fleet.delete(Kind.CSI_STORAGE_CAPACITY, object.getMetadata().getName());
    await().atMost(Fleet.PATIENCE).until(() -> fleet.capacities().size() == 2);
    fleet.delete(Kind.STORAGE_CLASS, "local");
    await()
        .atMost(Fleet.PATIENCE)
        .until(
            () ->
                fleet.capacities().stream().map(Key::of).toList().equals(List.of(Key.of(foreign))));
  }

  private String provision(String claim, String className) {
    fleet.cluster().create(Objects.claim(claim, className).build());
    fleet.select(claim, ONE);
    return "pvc-" + fleet.bound(claim).uid();
  }

  @Test
  void a_released_volume_is_deleted_and_the_policy_of_the_day_counts() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.waiting("local"));
    fleet.serve(ONE);
    String deleted = provision("deleted", "local");
    String kept = provision("kept", "local");
    policy(kept, "Retain");
    awaitFinalizer(kept, false);
    policy(kept, "Delete");
    awaitFinalizer(kept, true);
    policy(kept, "Retain");
    awaitFinalizer(kept, false);

    fleet.delete(Kind.CLAIM, "deleted");
    fleet.delete(Kind.CLAIM, "kept");
    await().atMost(Fleet.PATIENCE).until(() -> driver.volumes().equals(List.of(kept)));
    await()
        .atMost(Fleet.PATIENCE)
        .until(() -> fleet.cluster().getLive(Kind.VOLUME, Key.of(deleted)).isEmpty());
    assertThat(fleet.cluster().getLive(Kind.VOLUME, Key.of(kept))).isPresent();
    await().atMost(Fleet.PATIENCE).until(() -> fleet.metered(Meter.DELETE_TOTAL) == 1);
  }

  private void policy(String volume, String policy) {
    await()
        .atMost(Fleet.PATIENCE)
        .ignoreExceptionsInstanceOf(dev.berth.provisioner.cluster.ClusterException.Conflict.class)
        .until(
            () ->
                fleet
                        .cluster()
                        .replace(
                            new PersistentVolumeBuilder(live(volume))
                                .editSpec()
                                .withPersistentVolumeReclaimPolicy(policy)
                                .endSpec()
                                .build())
                    != null);
  }

  private PersistentVolume live(String volume) {
    return fleet.cluster().getLive(Kind.VOLUME, Key.of(volume)).orElseThrow();
  }

  private void awaitFinalizer(String volume, boolean there) {
    await()
        .atMost(Fleet.PATIENCE)
        .until(() -> new Volume(live(volume)).hasFinalizer(Names.PROVISIONER_FINALIZER) == there);
  }

  @Test
  void secrets_are_read_when_they_are_needed_and_named_in_the_volume() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet
        .cluster()
        .create(
            Objects.klass("sealed")
                .withVolumeBindingMode("WaitForFirstConsumer")
                .withParameters(
                    Map.of(
                        "csi.storage.k8s.io/provisioner-secret-name", "key-of-${pvc.name}",
                        "csi.storage.k8s.io/provisioner-secret-namespace", "${pvc.namespace}",
                        "csi.storage.k8s.io/node-stage-secret-name", "stage",
                        "csi.storage.k8s.io/node-stage-secret-namespace", "kube-system",
                        "pool", "main"))
                .build());
    fleet.serve(ONE);
    PersistentVolumeClaim claim = fleet.cluster().create(Objects.claim("data", "sealed").build());
    fleet.select("data", ONE);
    fleet.told(
        claim,
        "ProvisioningFailed: failed to provision volume with StorageClass \"sealed\": error getting"
            + " secret default/key-of-data: secrets \"key-of-data\" not found");
    fleet
        .cluster()
        .create(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(Fleet.NAMESPACE)
                .withName("key-of-data")
                .endMetadata()
                .withData(Map.of("passphrase", "b3BlbiBzZXNhbWU="))
                .build());
    Volume volume = new Volume(live("pvc-" + fleet.bound("data").uid()));
    assertThat(volume.raw().getMetadata().getAnnotations())
        .containsEntry(Names.DELETION_SECRET_NAME, "key-of-data")
        .containsEntry(Names.DELETION_SECRET_NAMESPACE, "default");
    assertThat(volume.csi().orElseThrow().getNodeStageSecretRef())
        .isEqualTo(new SecretReference("stage", "kube-system"));
    assertThat(volume.csi().orElseThrow().getNodePublishSecretRef()).isNull();
    assertThat(driver.request(volume.name()).orElseThrow().getParametersMap())
        .containsOnlyKeys(
            "pool",
            "csi.storage.k8s.io/pvc/name",
            "csi.storage.k8s.io/pvc/namespace",
            "csi.storage.k8s.io/pv/name");
    fleet.delete(Kind.CLAIM, "data");
    await().atMost(Fleet.PATIENCE).until(() -> driver.volumes().isEmpty());
    assertThat(driver.secrets())
        .containsOnly(Map.of("passphrase", "open sesame"))
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void a_volume_whose_claim_moved_to_another_node_meanwhile_is_unmade() {
    fleet.guard();
    FakeCsi one = fleet.node(ONE);
    FakeCsi two = fleet.node(TWO);
    fleet.cluster().create(Objects.waiting("local"));
    fleet.serve(ONE);
    fleet.serve(TWO);
    CountDownLatch answer = new CountDownLatch(1);
    one.holdCreate(answer);
    fleet.cluster().create(waitingClaim("data"));
    fleet.select("data", ONE);
    await().atMost(Fleet.PATIENCE).until(() -> one.creating() == 1);
    fleet.select("data", TWO);
    Claim claim = fleet.bound("data");
    answer.countDown();
    await().atMost(Fleet.PATIENCE).until(() -> one.made() == 1 && one.volumes().isEmpty());
    assertThat(two.volumes()).containsExactly("pvc-" + claim.uid());
    assertThat(fleet.volumeOf("data").orElseThrow().csi().orElseThrow().getVolumeHandle())
        .startsWith(TWO);
  }

  @Test
  void a_claim_deleted_while_nobody_knows_whether_its_volume_was_made_leaves_nothing() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.waiting("local"));
    CountDownLatch answer = new CountDownLatch(1);
    driver.holdCreate(answer);
    driver.loseReply("CreateVolume", Status.DEADLINE_EXCEEDED);
    NodeRole first = fleet.serve(ONE);
    fleet.cluster().create(waitingClaim("data"));
    fleet.select("data", ONE);
    await().atMost(Fleet.PATIENCE).until(() -> driver.creating() == 1);
    fleet.delete(Kind.CLAIM, "data");
    assertThat(fleet.claim("data").hasFinalizer(Names.CREATING_FINALIZER)).isTrue();
    answer.countDown();
    first.close();
    fleet.serve(ONE);
    await()
        .atMost(Fleet.PATIENCE)
        .until(
            () -> fleet.cluster().getLive(Kind.CLAIM, Key.of(Fleet.NAMESPACE, "data")).isEmpty());
    assertThat(driver.volumes()).isEmpty();
  }

  @Test
  void claims_do_not_wait_for_a_node_that_is_gone_or_long_not_ready() {
    fleet.guard();
    FakeCsi _ = fleet.node(ONE);
    FakeCsi _ = fleet.node(TWO);
    fleet.cluster().create(Objects.waiting("local"));
    fleet.control(fleet.settings(ONE));
    for (String name : List.of("present", "away", "gone")) {
      fleet.cluster().create(waitingClaim(name));
      fleet.ask(name);
    }
    fleet.ready(TWO, false);
    fleet.select("present", ONE);
    fleet.select("away", TWO);
    fleet.select("gone", "node-nowhere");
    await()
        .atMost(Fleet.PATIENCE)
        .until(
            () ->
                fleet.claim("away").selectedNode().isEmpty()
                    && fleet.claim("gone").selectedNode().isEmpty());
    assertThat(fleet.claim("present").selectedNode()).contains(ONE);
    fleet.told(
        fleet.claim("gone").raw(),
        "ProvisioningFailed: node node-nowhere, where the volume was to be made, is gone: another"
            + " node is chosen");
  }

  @Test
  void volumes_of_a_node_that_is_gone_are_told_and_forgotten_only_on_demand() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.waiting("local"));
    NodeRole role = fleet.serve(ONE);
    ControllerRole patient = fleet.control(fleet.settings(TWO));
    String name = provision("data", "local");
    role.close();
    fleet.delete(Kind.NODE, ONE);
    fleet.told(live(name), "NodeGone: node node-one, on which the volume is, has no Node object");
    assertThat(new Volume(live(name)).annotation(Names.NODE_LOST_SINCE)).isEmpty();
    patient.close();

    fleet.control(
        new RoleSettings(
            TWO,
            FakeCsi.NAME,
            Fleet.NAMESPACE,
            BinderMode.AUTO,
            true,
            new RoleSettings.LostNodes(Duration.ofMinutes(5), Optional.of(Duration.ZERO))));
    await()
        .atMost(Fleet.PATIENCE)
        .until(() -> fleet.cluster().getLive(Kind.VOLUME, Key.of(name)).isEmpty());
    assertThat(driver.volumes()).containsExactly(name);
    await().atMost(Fleet.PATIENCE).until(() -> fleet.claim("data").phase().equals("Lost"));
    fleet.told(fleet.claim("data").raw(), "ClaimLost: Bound claim has lost its PersistentVolume.");
  }

  @Test
  void a_burst_of_claims_is_bound_and_counted() {
    fleet.guard();
    FakeCsi driver = fleet.node(ONE);
    fleet.cluster().create(Objects.klass("fast").build());
    fleet.serve(ONE);
    fleet.control(fleet.settings(ONE));
    await().atMost(Fleet.PATIENCE).until(() -> fleet.capacities().size() == 1);
    int count = 200;
    long before = requests();
    long start = System.nanoTime();
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> fleet.cluster().create(Objects.claim("data-" + i, "fast").build()));
    await()
        .atMost(Fleet.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                fleet.cluster().list(Kind.CLAIM).stream()
                        .filter(claim -> new Claim(claim).phase().equals("Bound"))
                        .count()
                    == count);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%d claims bound in %.2f s: %.0f per second, %.1f requests each%n",
        count, seconds, count / seconds, (requests() - before) / (double) count);
    assertThat(driver.made()).isEqualTo(count);
    assertThat(driver.volumes()).hasSize(count);
    assertThat(fleet.metered(Meter.BIND_TOTAL)).isEqualTo(count);
  }

  /** How many requests the roles have made so far, where there is something to count. */
  long requests() {
    return 0;
  }
}
