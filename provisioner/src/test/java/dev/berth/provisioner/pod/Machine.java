package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.queue.Backoff;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A machine with a cluster of its own, a CSI driver and a volume manager, all but the mounts real.
 */
final class Machine implements AutoCloseable {
  static final String NODE = "here";

  final FakeHostMounts mounts = new FakeHostMounts();
  final FakeCsiNode csi = new FakeCsiNode(mounts);
  final Cluster cluster;
  final Layout layout;
  private Optional<VolumeManager> manager = Optional.empty();

  Machine(Path dir) throws IOException {
    this.cluster = EmbeddedCluster.open(dir.resolve("cluster.db"), Clock.systemUTC());
    this.layout = Layout.make(dir.resolve("root"));
  }

  Machine start() {
    VolumeManager.Settings settings =
        new VolumeManager.Settings(
            NODE,
            layout.root(),
            4,
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(50), 0),
            Duration.ofMillis(200));
    manager =
        Optional.of(
            VolumeManager.start(
                settings, cluster, List.of(csi.driver()), mounts, Clock.systemUTC()));
    return this;
  }

  void stop() {
    manager.ifPresent(VolumeManager::close);
    manager = Optional.empty();
  }

  @Override
  public void close() {
    stop();
    csi.close();
    cluster.close();
  }

  /** A claim and the volume that it is bound to: {@code pv-NAME}, handle {@code vol-NAME}. */
  PersistentVolumeClaim boundClaim(
      String name, String mode, String volumeMode, UnaryOperator<PersistentVolumeBuilder> with) {
    PersistentVolumeClaim claim =
        cluster.create(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName("")
                .withAccessModes(mode)
                .withVolumeMode(volumeMode)
                .withVolumeName("pv-" + name)
                .withNewResources()
                .addToRequests("storage", new Quantity("64Mi"))
                .endResources()
                .endSpec()
                .build());
    cluster.create(with.apply(volume(claim)).build());
    return cluster.replaceStatus(
        new PersistentVolumeClaimBuilder(claim)
            .withNewStatus()
            .withPhase("Bound")
            .withAccessModes(mode)
            .addToCapacity("storage", new Quantity("64Mi"))
            .endStatus()
            .build());
  }

  PersistentVolumeClaim boundClaim(String name) {
    return boundClaim(name, "ReadWriteOnce", "Filesystem", UnaryOperator.identity());
  }

  /** The same, with another source than a driver. */
  PersistentVolumeClaim plainClaim(
      String name, String mode, String volumeMode, Consumer<PersistentVolumeSpec> source) {
    return boundClaim(
        name,
        mode,
        volumeMode,
        pv -> {
          PersistentVolume built = pv.build();
          built.getSpec().setCsi(null);
          source.accept(built.getSpec());
          return new PersistentVolumeBuilder(built);
        });
  }

  private static PersistentVolumeBuilder volume(PersistentVolumeClaim claim) {
    String name = claim.getMetadata().getName();
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName("pv-" + name)
        .endMetadata()
        .withNewSpec()
        .withAccessModes(claim.getSpec().getAccessModes())
        .withVolumeMode(claim.getSpec().getVolumeMode())
        .withPersistentVolumeReclaimPolicy("Retain")
        .withStorageClassName("")
        .addToCapacity("storage", new Quantity("64Mi"))
        .withNewClaimRef()
        .withKind("PersistentVolumeClaim")
        .withNamespace("default")
        .withName(name)
        .withUid(claim.getMetadata().getUid())
        .endClaimRef()
        .withNewCsi()
        .withDriver(FakeCsiNode.NAME)
        .withVolumeHandle("vol-" + name)
        .addToVolumeAttributes("pool", "fast")
        .endCsi()
        .endSpec();
  }

  Pod pod(String name, Volume... volumes) {
    return cluster.create(
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNodeName(NODE)
            .addNewContainer()
            .withName("main")
            .withImage("busybox")
            .endContainer()
            .withVolumes(volumes)
            .endSpec()
            .build());
  }

  static Volume claimVolume(String name, String claim) {
    return new VolumeBuilder()
        .withName(name)
        .withNewPersistentVolumeClaim()
        .withClaimName(claim)
        .endPersistentVolumeClaim()
        .build();
  }

  static Volume emptyDir(String name, String medium, String limit) {
    return new VolumeBuilder()
        .withName(name)
        .withNewEmptyDir()
        .withMedium(medium.isEmpty() ? null : medium)
        .withSizeLimit(limit.isEmpty() ? null : new Quantity(limit))
        .endEmptyDir()
        .build();
  }

  static Volume hostPath(String name, Path path, String type) {
    return new VolumeBuilder()
        .withName(name)
        .withNewHostPath()
        .withPath(path.toString())
        .withType(type)
        .endHostPath()
        .build();
  }

  void awaitMounted(Pod pod) {
    await().untilAsserted(() -> assertThat(reason(pod)).isEqualTo("VolumesMounted"));
  }

  void awaitGone(Pod pod) {
    await().untilAsserted(() -> assertThat(find(pod)).isEmpty());
  }

  void awaitEvent(Pod pod, String event) {
    await().untilAsserted(() -> assertThat(events(pod)).containsExactly(event));
  }

  /** Where a claim's filesystem volume is. */
  Path target(Pod pod, String pv) {
    return layout.published(pod.getMetadata().getUid(), pv, false).target();
  }

  void assertNothingLeft() throws IOException {
    assertThat(mounts.mountsBelow(layout.root())).isEmpty();
    assertThat(Folders.names(layout.pods())).isEmpty();
    assertThat(Folders.names(layout.plugins().resolve(FakeCsiNode.NAME))).isEmpty();
  }

  void delete(Pod pod) {
    cluster.delete(Kind.POD, Key.of(pod), Preconditions.NONE);
  }

  Optional<Pod> find(Pod pod) {
    return cluster.get(Kind.POD, Key.of(pod));
  }

  String reason(Pod pod) {
    return find(pod).map(p -> p.getStatus().getReason()).orElse("");
  }

  /** {@code Reason: message} of each event about an object. */
  List<String> events(String uid) {
    return cluster.list(Kind.EVENT, Index.EVENT_BY_UID, uid).stream()
        .map((Event event) -> event.getReason() + ": " + event.getMessage())
        .toList();
  }

  List<String> events(Pod pod) {
    return events(pod.getMetadata().getUid());
  }
}
